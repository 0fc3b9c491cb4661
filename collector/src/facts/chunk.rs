//! How a row lies in an ordered store of small values: the bytes of its keys, and its value in pieces.
//!
//! A key is `client 00 space key' 00 01 piece`, where `key'` is the key with each `00` followed by `ff`, and `piece` counts
//! from 0 in four bytes: rows keep their order, no two share a key, and a row's pieces lie side by side. Piece 0 is
//! `version, CRC-32 of key and value, number of pieces, bytes`; the others are `version, bytes`.
//!
//! Refuses a value whose pieces or CRC do not agree. Invariant: no piece is longer than [`PIECE_BYTES_MAX`].

use super::store::{Space, SpaceKey, StoreError};

/// The longest stored value; longer ones would become files of their own that are never fsynced.
pub(super) const PIECE_BYTES_MAX: usize = 4096;

const VERSION: u8 = 1;
const FIRST_HEADER: usize = 1 + 4 + 4;
const NEXT_HEADER: usize = 1;

/// The bytes before a row's piece number: client, space and key.
pub(super) fn row_key(client: &str, (space, key): &SpaceKey) -> Vec<u8> {
    let mut bytes = space_key(client, *space);
    escape(key, &mut bytes);
    bytes.extend_from_slice(&[0, 1]);
    bytes
}

/// The bytes before every key of a space.
pub(super) fn space_key(client: &str, space: Space) -> Vec<u8> {
    let mut bytes = client_key(client);
    bytes.push(code(space));
    bytes
}

/// The bytes before every key of a client.
pub(super) fn client_key(client: &str) -> Vec<u8> {
    let mut bytes = client.as_bytes().to_vec();
    bytes.push(0);
    bytes
}

/// The first key above every key of a client.
pub(super) fn after_client(client: &str) -> Vec<u8> {
    let mut bytes = client.as_bytes().to_vec();
    bytes.push(1);
    bytes
}

/// The first key above a row and its pieces.
pub(super) fn after_row(row: &[u8]) -> Vec<u8> {
    let mut bytes = row.to_vec();
    bytes.extend_from_slice(&[0xff; 5]);
    bytes
}

/// The key of a piece.
pub(super) fn piece_key(row: &[u8], piece: u32) -> Vec<u8> {
    let mut bytes = row.to_vec();
    bytes.extend_from_slice(&piece.to_be_bytes());
    bytes
}

/// A stored key taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) client: String,
    pub(super) space: u8,
    pub(super) key: Vec<u8>,
    pub(super) piece: u32,
}

/// Takes a stored key apart; `None` when it is none.
pub(super) fn place(stored: &[u8]) -> Option<Place> {
    let end = stored.iter().position(|byte| *byte == 0)?;
    let client = String::from_utf8(stored.get(..end)?.to_vec()).ok()?;
    let space = *stored.get(end + 1)?;
    let (escaped, piece) = stored.get(end + 2..)?.split_last_chunk::<4>()?;
    let key = unescape(escaped.strip_suffix(&[0, 1])?)?;
    Some(Place { client, space, key, piece: u32::from_be_bytes(*piece) })
}

/// The code of a space, for ever.
pub(super) fn code(space: Space) -> u8 {
    match space {
        Space::Head => 1,
        Space::Fact => 2,
        Space::Section => 3,
        Space::Contact => 4,
        Space::Agent => 5,
        Space::Token => 6,
        Space::TokenUse => 7,
        Space::Summary => 8,
    }
}

/// The pieces of a value, in order.
pub(super) fn split(row: &[u8], value: &[u8]) -> Vec<Vec<u8>> {
    let first_len = value.len().min(PIECE_BYTES_MAX - FIRST_HEADER);
    let (first, rest) = value.split_at(first_len);
    let rest: Vec<&[u8]> = rest.chunks(PIECE_BYTES_MAX - NEXT_HEADER).collect();
    let count = u32::try_from(rest.len() + 1).unwrap_or(u32::MAX);
    let mut head = vec![VERSION];
    head.extend_from_slice(&crc(row, value).to_be_bytes());
    head.extend_from_slice(&count.to_be_bytes());
    head.extend_from_slice(first);
    let mut pieces = vec![head];
    pieces.extend(rest.into_iter().map(|bytes| {
        let mut piece = vec![VERSION];
        piece.extend_from_slice(bytes);
        piece
    }));
    pieces
}

/// How many pieces a value has, by its first.
pub(super) fn count(first: &[u8]) -> Option<u32> {
    let count = first.get(5..FIRST_HEADER)?;
    (first.first() == Some(&VERSION)).then(|| count.try_into().ok().map(u32::from_be_bytes)).flatten()
}

/// A value from its pieces.
pub(super) fn join<P: AsRef<[u8]>>(row: &[u8], pieces: &[P]) -> Result<Vec<u8>, StoreError> {
    whole(row, pieces).ok_or_else(|| {
        let named = place(&piece_key(row, 0));
        let what = named.map_or_else(String::new, |at| format!("{} {} {}", at.client, at.space, printable(&at.key)));
        StoreError::Damaged(what)
    })
}

fn whole<P: AsRef<[u8]>>(row: &[u8], pieces: &[P]) -> Option<Vec<u8>> {
    let (first, rest) = pieces.split_first()?;
    let first = first.as_ref();
    if usize::try_from(count(first)?).ok()? != pieces.len() {
        return None;
    }
    let expected = u32::from_be_bytes(first.get(1..5)?.try_into().ok()?);
    let mut value = first.get(FIRST_HEADER..)?.to_vec();
    for piece in rest {
        let (version, bytes) = piece.as_ref().split_first()?;
        if *version != VERSION {
            return None;
        }
        value.extend_from_slice(bytes);
    }
    (crc(row, &value) == expected).then_some(value)
}

fn crc(row: &[u8], value: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(row);
    hasher.update(value);
    hasher.finalize()
}

fn escape(key: &[u8], into: &mut Vec<u8>) {
    for byte in key {
        into.push(*byte);
        if *byte == 0 {
            into.push(0xff);
        }
    }
}

fn unescape(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(escaped.len());
    let mut bytes = escaped.iter();
    while let Some(byte) = bytes.next() {
        if *byte == 0 && bytes.next() != Some(&0xff) {
            return None;
        }
        key.push(*byte);
    }
    Some(key)
}

fn printable(key: &[u8]) -> String {
    if key.iter().all(u8::is_ascii_graphic) {
        String::from_utf8_lossy(key).into_owned()
    } else {
        super::export::hex(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(key: &[u8]) -> Vec<u8> {
        row_key("acme", &(Space::Fact, key.to_vec()))
    }

    #[test]
    fn a_damaged_value_is_refused() {
        let row = row(b"k");
        let value = vec![7u8; 3 * PIECE_BYTES_MAX];
        let pieces = split(&row, &value);
        assert_eq!(pieces.len(), 4);
        assert_eq!(join(&row, &pieces), Ok(value));
        assert!(matches!(join(&row, &pieces[..3]), Err(StoreError::Damaged(_))), "a piece is missing");
        let mut flipped = pieces.clone();
        flipped[2][100] ^= 1;
        assert!(matches!(join(&row, &flipped), Err(StoreError::Damaged(_))), "a bit flipped");
        let other = row_key("acme", &(Space::Fact, b"l".to_vec()));
        assert!(matches!(join(&other, &pieces), Err(StoreError::Damaged(_))), "another row's value");
    }

    proptest! {
        #[test]
        fn keys_keep_their_order_and_come_back(
            a in proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(0xff), any::<u8>()], 0..6),
            b in proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(0xff), any::<u8>()], 0..6),
            n in any::<u32>(), m in any::<u32>(),
        ) {
            let (x, y) = (piece_key(&row(&a), n), piece_key(&row(&b), m));
            prop_assert_eq!(x.cmp(&y), (&a, n).cmp(&(&b, m)));
            let place = place(&x).unwrap();
            prop_assert_eq!((place.client.as_str(), place.space, place.key, place.piece), ("acme", 2, a, n));
        }

        #[test]
        fn a_value_comes_back_in_short_pieces(len in 0usize..13_000, seed in any::<u8>()) {
            let value: Vec<u8> = (0..len).map(|n| seed.wrapping_add(n as u8)).collect();
            let row = row(b"k");
            let pieces = split(&row, &value);
            prop_assert!(pieces.iter().all(|piece| piece.len() <= PIECE_BYTES_MAX));
            prop_assert_eq!(join(&row, &pieces).unwrap(), value);
        }
    }
}
