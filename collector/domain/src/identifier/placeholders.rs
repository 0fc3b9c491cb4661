//! Values that makers leave in firmware in place of an identity: data, no code.
//!
//! **Invariant**: each table is sorted and written as the normal form of its kind writes it, so that a value is looked
//! up whole, never by a part. Patterns (one repeated character, counting runs) are predicates beside the kind's rule.

/// Version of these tables and of the normal forms; part of the engine's name.
pub(crate) const VERSION: &str = "2026-11-24";

/// Serials of any scope, upper case, `[A-Z0-9]` only.
pub(crate) const SERIALS: &[&str] = &[
    "0123456789",
    "01234567890123456789AB",
    "0X00000000",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "123456789000",
    "1234567890123",
    "12345678901234567",
    "1234567890ABCDEF",
    "123456789ABCDEF",
    "123490EN400015",
    "BADINDEX",
    "BASEBOARDSERIALNUMBER",
    "BSN12345678901234567",
    "BSS0123456789",
    "CHASSISMANUFACTURE",
    "CHASSISMANUFACTURER",
    "CHASSISSERIAL",
    "CHASSISSERIALNUMBER",
    "CHASSISVERSION",
    "CSN12345678901234567",
    "DEFAULT",
    "DEFAULTSTRING",
    "EMPTY",
    "ENTERSERIAL",
    "EVAL",
    "FILLEDBYOEM",
    "IATPASS",
    "INVALID",
    "MB1234567890",
    "MBSERIAL",
    "NB1234567890",
    "NOASSETTAG",
    "NODIMM",
    "NONE",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTINSTALLED",
    "NOTKNOWN",
    "NOTPRESENT",
    "NOTPROVIDED",
    "NOTSET",
    "NOTSETTABLE",
    "NOTSPECIFIED",
    "NULL",
    "NULLSTRING",
    "OEMDEFAULTSTRING000",
    "OEMSERIAL",
    "OUTOFSPEC",
    "OUTOFSPECOUTOFSPEC",
    "PARALLELS",
    "PCIE2",
    "SERIAL",
    "SERIALNUMBER",
    "SERIALNUMBERXXXXXX",
    "SERNUM0",
    "SN12345",
    "SN1234567890",
    "SN123456FVGV3I0B8O5N6N7K",
    "SSN12345678901234567",
    "STANDARD",
    "SYS1234567890",
    "SYS9876543210",
    "SYSTEMMANUFACTURER",
    "SYSTEMPRODUCTNAME",
    "SYSTEMSERIAL",
    "SYSTEMSERIALNUMB",
    "SYSTEMSERIALNUMBER",
    "SYSTEMVERSION",
    "TBDBYODM",
    "TBDBYOEM",
    "TOBEFILLEDBYOEM",
    "TOBEFILLEDBYOEMBYMORESTRING",
    "TOBESETBYOEM",
    "TULIPCOMPUTERS",
    "TYPE1123456789",
    "TYPE1PRODUCTSERIAL",
    "TYPE2BOARDSERIALNUMBER",
    "UNAVAILABLE",
    "UNDEFINED",
    "UNKNOW",
    "UNKNOWN",
    "UNSPECIFIED",
    "VMWARE42",
];

/// Makers that name nobody.
pub(crate) const MAKERS: &[&str] = &[
    "",
    "DEFAULTSTRING",
    "EMPTY",
    "NA",
    "NOTSPECIFIED",
    "OEM",
    "OEMDEFAULTSTRING000",
    "STEMMANUFACTURER",
    "SYSTEMMANUFACTER",
    "SYSTEMMANUFACTURER",
    "TOBEFILLEDBYOEM",
    "TOBEFILLEDBYOEMBYMORESTRING",
    "UNKNOWN",
];

/// Models that name nothing.
pub(crate) const MODELS: &[&str] = &[
    "",
    "ALLSERIES",
    "DEFAULTSTRING",
    "INVALID",
    "NOTSPECIFIED",
    "OEM",
    "PRODUCTNAME",
    "SYSTEMNAME",
    "SYSTEMPRODUCTNAME",
    "TOBEFILLEDBYOEM",
    "UNKNOW",
];

/// Asset tags that nobody wrote.
pub(crate) const ASSET_TAGS: &[&str] = &[
    "",
    "0",
    "77837084326590858269328677",
    "ASSET1234567890",
    "ASSETTAG",
    "BASEBOARDASSETTAG",
    "CHASSISASSETTAG",
    "DEFAULTSTRING",
    "NOASSETINFORMATION",
    "NOASSETTAG",
    "TAG",
    "TOBEFILLEDBYOEM",
    "TYPE2BOARDASSETTAG",
];

/// System UUIDs that firmware ships unset, in the byte order most often met; both orders are refused.
pub(crate) const UUIDS: &[u128] = &[
    0x00020003_0004_0005_0006_000700080009,
    0x01020304_0506_0708_090a_0b0c0d0e0f10,
    0x03000200_0400_0500_0006_000700080009,
    0x03020100_0504_0706_0809_0a0b0c0d0e0f,
    0x07090201_0103_0301_0807_060504030201,
    0x10000000_0000_8000_0040_000000000000,
    0x11111111_2222_3333_4444_555555555555,
    0x12345678_1234_5678_1234_567812345678,
    0x12345678_1234_5678_90ab_cddeefaabbcc,
    0x4c4c4544_0000_1010_8010_c4c04f313233,
    0x4c4c4544_0000_2010_8020_80c04f202020,
    0x6ab5b300_538d_1014_9fb5_b0684d007b53,
    0x78563412_3412_7856_90ab_cddeefaabbcc,
    0x890e2d14_cacd_45d1_ae66_bc80e8bfeb0f,
    0x8e275844_178f_44a8_aceb_a7d7e5178c63,
    0xdc698397_fa54_4cf2_82c8_b1b5307a6a7f,
    0xffffff00_ffff_ffff_ffff_ffffffffffff,
];

/// MAC addresses that drivers and dongles give to every machine.
pub(crate) const MACS: &[u64] = &[
    0x0000_0000_0000,
    0x0001_6c58_b075,
    0x0009_0faa_0001,
    0x000b_cafe_0000,
    0x001a_7dda_710a,
    0x00a0_c600_0000,
    0x2041_5359_4eff,
    0x24b6_2052_4153,
    0x5050_5450_3030,
];

/// Address ranges of virtual adapters: (value, leading bits). Dropped on physical hosts, kept on virtual machines.
pub(crate) const VIRTUAL_MACS: &[(u64, u32)] = &[
    (0x0003_ff00_0000, 24), // Virtual PC
    (0x0005_6900_0000, 24), // VMware
    (0x0005_9a3c_0000, 32), // VPN client adapters
    (0x000c_2900_0000, 24), // VMware
    (0x000f_4b00_0000, 24), // Virtual Iron
    (0x0015_5d00_0000, 24), // Hyper-V
    (0x0016_3e00_0000, 24), // Xen
    (0x001c_1400_0000, 24), // VMware
    (0x001c_4200_0000, 24), // Parallels
    (0x0050_5600_0000, 24), // VMware
    (0x0053_4500_0000, 32), // dial-up
    (0x00ff_0000_0000, 16), // TAP
    (0x0800_2700_0000, 24), // VirtualBox
    (0x5254_0000_0000, 24), // QEMU, locally administered by its own choice
    (0xbc24_1100_0000, 24), // Proxmox
];

/// Host side of VMware's own networks: the same on every host.
pub(crate) const HOST_NETWORK_MACS: (u64, u32) = (0x0050_56c0_0000, 32);

/// Docks and USB adapters, as the maker of their chip delivers them: the range and how many of its bits count.
pub(crate) const DOCK_MACS: (u64, u32) = (0x00e0_4c00_0000, 24);

/// Host names that an installer gives to every machine.
pub(crate) const HOSTNAMES: &[&str] = &[
    "admin-pc",
    "android",
    "archlinux",
    "centos",
    "computer",
    "debian",
    "default",
    "desktop",
    "fedora",
    "host",
    "hostname",
    "imac",
    "ipad",
    "iphone",
    "kali",
    "laptop",
    "linux",
    "linuxmint",
    "localhost",
    "mac",
    "mac-mini",
    "mac-pro",
    "mac-studio",
    "macbook",
    "macbook-air",
    "macbook-pro",
    "macmini",
    "minint",
    "nixos",
    "none",
    "notebook",
    "opensuse",
    "owner-pc",
    "pc",
    "pop-os",
    "raspberrypi",
    "rocky",
    "server",
    "ubuntu",
    "ubuntu-server",
    "unknown",
    "user-pc",
    "windows",
    "workstation",
];

/// Names of one maker: (as written, as compared).
pub(crate) const MAKER_ALIASES: &[(&str, &str)] = &[
    ("ACERINC", "ACER"),
    ("APPLECOMPUTERINC", "APPLE"),
    ("APPLEINC", "APPLE"),
    ("ASUS", "ASUSTEK"),
    ("ASUSTEKCOMPUTERINC", "ASUSTEK"),
    ("ASUSTEKCOMPUTERINCORPORATION", "ASUSTEK"),
    ("DELLCOMPUTERCORPORATION", "DELL"),
    ("DELLEMC", "DELL"),
    ("DELLINC", "DELL"),
    ("DYNABOOKINC", "DYNABOOK"),
    ("FUJITSUCLIENTCOMPUTINGLIMITED", "FUJITSU"),
    ("FUJITSULIMITED", "FUJITSU"),
    ("FUJITSULTD", "FUJITSU"),
    ("FUJITSUSIEMENS", "FUJITSU"),
    ("FUJITSUTECHNOLOGYSOLUTIONS", "FUJITSU"),
    ("GIGABYTETECHNOLOGYCOLTD", "GIGABYTE"),
    ("HEWLETTPACKARD", "HP"),
    ("HEWLETTPACKARDCOMPANY", "HP"),
    ("HEWLETTPACKARDENTERPRISE", "HP"),
    ("HPCOMPANY", "HP"),
    ("HPE", "HP"),
    ("HPINC", "HP"),
    ("INTELCORP", "INTEL"),
    ("INTELCORPORATION", "INTEL"),
    ("INTELRCLIENTSYSTEMS", "INTEL"),
    ("LENOVOGROUPLIMITED", "LENOVO"),
    ("LENOVOPRODUCT", "LENOVO"),
    ("MICROSOFTCORPORATION", "MICROSOFT"),
    ("MICROSTARINTERNATIONAL", "MSI"),
    ("MICROSTARINTERNATIONALCOLTD", "MSI"),
    ("PANASONICCORPORATION", "PANASONIC"),
    ("SAMSUNGELECTRONICSCOLTD", "SAMSUNG"),
    ("SONYCORPORATION", "SONY"),
    ("SUPERMICROCOMPUTER", "SUPERMICRO"),
    ("SUPERMICROCOMPUTERINC", "SUPERMICRO"),
    ("TOSHIBACLIENTSOLUTIONSCOLTD", "TOSHIBA"),
    ("TOSHIBACORPORATION", "TOSHIBA"),
    ("VMWAREINC", "VMWARE"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_the_search_by_halves() {
        for table in [SERIALS, MAKERS, MODELS, ASSET_TAGS, HOSTNAMES] {
            assert!(table.is_sorted_by(|a, b| a < b), "{table:?}");
        }
        assert!(UUIDS.is_sorted() && MACS.is_sorted());
        assert!(MAKER_ALIASES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn tables_hold_normal_forms() {
        for table in [SERIALS, MAKERS, MODELS, ASSET_TAGS] {
            for value in table {
                assert!(value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "{value}");
            }
        }
    }
}
