//! What a `.reg` file says, and what is refused.

use proptest::prelude::*;

use super::*;

const UNINSTALL: &str = "Windows Registry Editor Version 5.00\r\n\r\n\
    [HKEY_LOCAL_MACHINE\\SOFTWARE\\Uninstall]\r\n\r\n\
    [HKEY_LOCAL_MACHINE\\SOFTWARE\\Uninstall\\{A}]\r\n\
    \"DisplayName\"=\"Say \\\"hi\\\" \\\\ there\"\r\n\
    \"SystemComponent\"=dword:00000001\r\n\
    @=\"default\"\r\n\
    \"Path\"=hex(2):25,00,50,00,\\\r\n  25,00,00,00\r\n\
    \"Odd\"=hex(1):41,00,42\r\n\
    ; a remark\r\n\
    [HKEY_LOCAL_MACHINE\\software\\UNINSTALL\\B\\C]\r\n\"x\"=hex(b):01,00,00,00,00,00,00,00\r\n";

#[test]
fn keys_and_values() {
    let keys = parse(UNINSTALL.as_bytes()).unwrap();
    let root = key(&keys, "HKLM\\Software\\Uninstall").unwrap();
    let a = root.key("{a}").unwrap();
    assert_eq!(a.text("displayname").as_deref(), Some("Say \"hi\" \\ there"));
    assert_eq!((a.number("SystemComponent"), a.text("").as_deref()), (Some(1), Some("default")));
    assert_eq!((a.text("Path").as_deref(), a.text("Odd").as_deref()), (Some("%P%"), Some("A")));
    assert_eq!(root.key("B").unwrap().key("C").unwrap().number("x"), Some(1));
    assert_eq!(key(&keys, "HKEY_LOCAL_MACHINE\\SOFTWARE\\Un"), None);
}

#[test]
fn both_encodings_and_line_ends() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(UNINSTALL.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(parse(&utf16), parse(UNINSTALL.as_bytes()));
    assert_eq!(parse(UNINSTALL.replace("\r\n", "\n").as_bytes()), parse(UNINSTALL.as_bytes()));
}

#[test]
fn what_describes_no_machine_is_refused() {
    let head = "Windows Registry Editor Version 5.00\n\n";
    assert_eq!(parse(b"REGEDIT4\n"), Err(FileError::Header));
    assert_eq!(parse(b""), Err(FileError::Header));
    for line in [
        "[-HKEY_LOCAL_MACHINE\\a]",
        "[HKEY_LOCAL_MACHINE\\a]\n\"x\"=-",
        "\"x\"=\"y\"",
        "[HKEY_LOCAL",
        "[a]\n\"x\"=hex:0,\\",
        "[a]\n\"x\"=\"y",
        "[a]\n\"x\"=dword:zz",
        "nonsense",
    ] {
        assert_eq!(parse(format!("{head}{line}").as_bytes()), Err(FileError::Line), "{line}");
    }
}

fn any_key() -> impl Strategy<Value = Key> {
    let data = (
        prop_oneof![Just(1_u32), Just(2), Just(3), Just(4), Just(7), Just(11), 12..40_u32],
        proptest::collection::vec(any::<u8>(), 0..60),
    );
    let data = prop_oneof![
        data.prop_map(|(kind, bytes)| Data { kind, bytes }),
        "[^\\r\\n\\x00]{0,12}".prop_map(|text| Data::of_text(&text)),
    ];
    let values = proptest::collection::btree_map("[a-z \\\\\"é]{0,6}", data, 0..4);
    let leaf = values.prop_map(|values| Key { values: values.into_iter().collect(), ..Key::default() });
    leaf.prop_recursive(3, 12, 3, |inner| {
        proptest::collection::btree_map("[a-z{} é\\[\\]]{1,6}", inner, 0..3).prop_map(|keys| Key {
            keys: keys.into_iter().map(|(name, key)| Key { name, ..key }).collect(),
            ..Key::default()
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(written_key in any_key()) {
        let written_key = Key { name: "root".to_owned(), ..written_key };
        let bytes = write("HKEY_LOCAL_MACHINE\\root", &written_key);
        let read = key(&parse(&bytes).unwrap(), "HKEY_LOCAL_MACHINE\\root").unwrap();
        prop_assert_eq!(sorted(read), sorted(written_key));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
        let _ = parse(&[b"Windows Registry Editor Version 5.00\n[a]\n".as_slice(), &bytes].concat());
        let _ = parse(&[b"\xff\xfe".as_slice(), &bytes].concat());
    }

    #[test]
    fn a_truncated_file_is_read_without_panic(length in 0..700_usize) {
        let _ = parse(UNINSTALL.as_bytes().get(..length).unwrap_or_default());
    }
}

fn sorted(mut key: Key) -> Key {
    key.keys = key.keys.into_iter().map(sorted).collect();
    key.keys.sort_by(|a, b| a.name.cmp(&b.name));
    key
}
