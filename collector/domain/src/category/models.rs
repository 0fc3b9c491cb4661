//! Model names that tell a category where the chassis code does not: data and the way it is matched.
//!
//! A table is one text, its patterns divided by `|`. They are looked for in the lower-case text of the maker's own names
//! (maker, product, version, family), in which `_` stands for each blank and at both ends: `_nuc` starts a word.
//! **Invariant**: tables hold lower-case text without blanks; the first table that matches in the order of [`super`] wins.

/// Rack, blade and tower servers.
pub(super) const SERVERS: &str = "\
    _poweredge|proliant|primergy|primequest|thinksystem|thinkserver|_system_x3|_system_x_|bladecenter|eserver|\
    xseries|flex_system|hp_synergy|synergy_480|synergy_660|integrity_rx|_cl2100|_cl2200|ucsb-|ucsc-|ucsx-|\
    superserver|_sys-|_ssg-|_as_-|vxrail|powervault|fusionserver|taishan|rh1288|rh2288|rh5885|_xh6|quantagrid|\
    quantaplex|d51b-|sun_fire|sun_server|oracle_server|sparc|bullsequana|bullx|novascale|novaglobe|microserver|\
    xserve|rackmac|_rs300-|_rs500|_rs520|_rs700|_rs720|_ts100-|_ts300-|_ts500-|_esc4000|_esc8000|nutanix|_nx-|\
    _r182-|_r272-|_r282-|_s2600|_s1200|_s5520|_s5500|_h2312|_r2308|_s3420|_s3200|_s3210|_s5000|_s5400|_se7|\
    _s4600|_s2400|_s1400|_s1600|2288h_|1288h_|5288_v|2488h_|_nf5|_nf8|_sa5212|express5800|ha8000|altos_|ftserver|\
    depo_storm|tecal_";

/// Workstations and desktops whose names resemble a server's or a laptop's, mini and stick PCs, thin clients.
pub(super) const DESKTOPS: &str = "\
    optiplex|thinkcentre|thinkstation|ideacentre|esprimo|celsius_r|celsius_w|celsius_j|prodesk|elitedesk|\
    eliteone|proone|pro_tower|pro_mini|pro_sff|elite_tower|elite_mini|elite_sff|_desktop|all-in-one|_aio|\
    all_in_one|microtower|minitower|small_form_factor|convertible_minitower|workstation|precision_tower|\
    precision_workstation_t|precision_t|_z210|_z220|_z230|_z240_|_z400|_z420|_z440|_z600|_z620|_z640|_z800|\
    _z820|_z840|thin_client|wyse|futro|igel|_nuc|compute_stick|_stk1|_stk2|_gb-b|brix|mini_pc|minipc|chromebox|\
    chromebase|zbox|deskmini|vivomini|vivopc|cubi|beelink|mac_mini|veriton|imac|macmini|macpro|raspberry_pi";

/// Detachables (the keyboard comes off), slates and handhelds.
pub(super) const TABLETS: &str = "\
    x1_tablet|x12_detachable|thinkpad_tablet|thinkpad_10_|thinkpad_8_|thinkpad_helix|miix|ideapad_d3|\
    ideapad_duet|ip_duet|ideatab|yoga_tablet|elite_x2|pro_x2|_x2_1|_x2_2|x2_210|x2_detachable|spectre_x2|\
    envy_x2|elitepad|pro_slate|pro_tablet|stream_7|stream_8|latitude_5175|latitude_5179|latitude_5285|\
    latitude_5290_2-in-1|latitude_7200_2-in-1|latitude_7210_2-in-1|latitude_7275|latitude_7285|\
    latitude_7320_detachable|latitude_7350_detachable|latitude_10|latitude_st|rugged_tablet|extreme_tablet|\
    latitude_7202|latitude_7212|latitude_7220_rugged|latitude_7230_rugged|venue_8|venue_10|venue_11|xps_12_9250|\
    xps_13_9315_2-in-1|_t100|_t101ha|_t102ha|_t103ha|_t200ta|_t300chi|_t303ua|_t304ua|_t305ca|transformer_mini|\
    transformer_3|transformer_pro|vivotab|aspire_switch|switch_10|switch_11|switch_12|switch_alpha|switch_sa5|\
    switch_sf|switch_v_10|iconia|one_10_s1|galaxy_tabpro|galaxy_book_10|galaxy_book_12|ativ_smart_pc|ativ_tab|\
    toughpad|_fz-|fzg1|fzm1|stylistic|arrows_tab|portege_z10t|portege_z20t|_encore|dynapad|akoya_e122|\
    akoya_e123|akoya_s10|_hi10|_hi12|hibook|_ubook|ezpad|_tbook|linx_7|linx_8|linx10|linx12|linx_10|linx_12|\
    iwork|mobilestudio|cintiq_companion|motion_computing|winpad|smart_tab|detachable|ipad|galaxy_tab";

/// Laptops, convertibles that fold included.
pub(super) const LAPTOPS: &str = "\
    laptop|notebook|latitude|elitebook|probook|zbook|zenbook|vivobook|expertbook|macbook|chromebook|lifebook|\
    ultrabook|netbook|mobile_workstation|mobile_thin_client|mobile_precision|precision_m|precision_35|\
    precision_55|precision_75|precision_77|celsius_h|thinkpad|thinkbook|ideapad|lenovo_b5|lenovo_g5|lenovo_v1|\
    lenovo_yoga|_yoga_|yoga_slim|_legion_5|_legion_7|travelmate|extensa|ferrari|swift_s|swift_3|spin_s|\
    nitro_an5|predator_ph|aspire_1|aspire_2|aspire_3|aspire_4|aspire_5|aspire_6|aspire_7|aspire_8|aspire_9|\
    aspire_a|aspire_e|aspire_one|aspire_v|aspireone|vaio|satellite|tecra|portege|qosmio|dynabook|toughbook|_cf-|\
    pavilion_dv|pavilion_g|pavilion_x360|pavilion_15|pavilion_14|pavilion_17|envy_x360|envy_13|envy_15|envy_dv|\
    spectre|compaq_6|compaq_nc|compaq_nx|compaq_mini|compaq_presario_c|compaq_presario_cq|hp_240|hp_245|hp_mini|\
    hp_250|hp_255|hp_470|hp_14-|hp_15-|hp_17-|omen_by_hp_1|inspiron_11|inspiron_13|inspiron_14|inspiron_15|\
    inspiron_17|inspiron_35|inspiron_37|inspiron_55|inspiron_57|inspiron_75|inspiron_n|inspiron_m|vostro_1|\
    vostro_35|vostro_55|xps_13|xps_14|xps_15|xps_17|xps_m1|studio_15|studio_17|rog_strix_g5|rog_strix_g7|\
    rog_zephyrus|tuf_gaming_a1|tuf_gaming_f1|eeepc|eee_pc_9|eee_pc_10|matebook|magicbook|galaxy_book|np300e|\
    np350|n150|r530|_gram|gaming_ge|gaming_gf|gaming_gl|gaming_gp|prestige_1|modern_1|katana|clevo|w650|\
    framework_laptop|lemur|oryx|gazelle|infinitybook|blade_1|easynote|amilo|esprimo_mobile";

/// Laptops that fold and whose name says tablet.
pub(super) const FOLDING: &str = "\
    thinkpad_x41_tablet|thinkpad_x60_tablet|thinkpad_x61_tablet|thinkpad_x200_tablet|thinkpad_x201_tablet|\
    thinkpad_x220_tablet|thinkpad_x230_tablet|tablet_pc|elitebook_27|elitebook_revolve|esprimo_mobile|\
    mobile_thin_client|mobile_workstation|convertible_notebook|precision_workstation_m|celsius_mobile|\
    precision_mobile";

/// Network storage.
pub(super) const STORAGE: &str = "\
    synology|qnap|asustor|terramaster|readynas|diskstation|my_cloud";

/// Virtual machines, by what firmware says of itself: (maker contains, product contains).
pub(super) const VIRTUAL: &[(&str, &str)] = &[
    ("vmware", ""),
    ("", "vmware virtual"),
    ("innotek", ""),
    ("", "virtualbox"),
    ("microsoft", "virtual"),
    ("qemu", ""),
    ("", "qemu"),
    ("bochs", ""),
    ("", "bochs"),
    ("xen", ""),
    ("", "hvm domu"),
    ("parallels", "virtual"),
    ("", "parallels virtual"),
    ("red hat", ""),
    ("", "kvm"),
    ("ovirt", ""),
    ("openstack", ""),
    ("", "openstack"),
    ("nutanix", "ahv"),
    ("google", "compute engine"),
    ("amazon ec2", ""),
    ("", "hvm domain"),
    ("digitalocean", ""),
    ("hetzner", "vserver"),
    ("alibaba cloud", ""),
    ("tencent cloud", ""),
    ("scaleway", ""),
    ("ovhcloud", ""),
    ("bhyve", ""),
    ("", "bhyve"),
    ("apple", "virtualmac"),
    ("apple inc.", "apple virtualization"),
    ("", "virtual machine"),
    ("", "standard pc (i440fx"),
    ("", "standard pc (q35"),
];

/// Apple models whose id no longer tells (`MacNN,M`): those that fold. The others of that form are desktops.
pub(super) const APPLE_LAPTOPS: &str = "\
    mac14,10|mac14,15|mac14,2|mac14,5|mac14,6|mac14,7|mac14,9|mac15,10|mac15,11|mac15,12|mac15,13|mac15,3|\
    mac15,6|mac15,7|mac15,8|mac15,9|mac16,1|mac16,12|mac16,13|mac16,5|mac16,6|mac16,7|mac16,8|mac17,2";

/// Whether `text` (see [`super::names`]) holds one of the patterns of `table`.
pub(super) fn any(text: &str, table: &str) -> bool {
    let pairs = Pairs::of(text);
    table.split('|').any(|pattern| pairs.may_hold(pattern) && text.contains(pattern))
}

/// Which pairs of neighbouring bytes a text has, roughly: most patterns are told absent by their ends alone.
struct Pairs([bool; PLACES]);

const PLACES: usize = 512;

impl Pairs {
    fn of(text: &str) -> Self {
        let mut places = [false; PLACES];
        for pair in text.as_bytes().windows(2) {
            places.get_mut(place(pair)).into_iter().for_each(|held| *held = true);
        }
        Self(places)
    }

    /// False only when the text does not hold the pattern.
    fn may_hold(&self, pattern: &str) -> bool {
        let held = |pair: &[u8]| self.0.get(place(pair)) == Some(&true);
        let bytes = pattern.as_bytes();
        bytes.first_chunk::<2>().is_none_or(|pair| held(pair)) && bytes.last_chunk::<2>().is_none_or(|pair| held(pair))
    }
}

fn place(pair: &[u8]) -> usize {
    let of = |at: usize| usize::from(pair.get(at).copied().unwrap_or_default());
    of(0).wrapping_mul(37).wrapping_add(of(1)) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_hold_lower_case_patterns_without_blanks() {
        for table in [SERVERS, DESKTOPS, TABLETS, LAPTOPS, FOLDING, STORAGE, APPLE_LAPTOPS] {
            assert!(table.split('|').all(|p| p.len() > 2 && !p.contains(' ') && p == p.to_lowercase()), "{table}");
        }
    }
}
