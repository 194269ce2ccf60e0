//! Numbers for people: the day and seven characters that nobody confuses.
//! They never tell how many applications there are, and need no counter that writers queue for.

use chrono::NaiveDate;

/// Crockford's alphabet: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 7;

/// `261125-4F7K2M9` of the day and of random bytes; unique by an index, and made again if not.
pub(crate) fn number(on: NaiveDate, random: [u8; 16]) -> String {
    let code: String = random
        .iter()
        .take(CHARACTERS)
        .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
        .map(|byte| char::from(*byte))
        .collect();
    format!("{}-{code}", on.format("%y%m%d"))
}

/// Number of the application: `A-261125-4F7K2M9`.
pub(crate) fn application_number(on: NaiveDate, random: [u8; 16]) -> String {
    format!("A-{}", number(on, random))
}

/// Number of the entry that an application leads to: `E-261125-4F7K2M9`.
pub(crate) fn entry_number(application_number: &str) -> String {
    match application_number.strip_prefix("A-") {
        Some(rest) => format!("E-{rest}"),
        None => format!("E-{application_number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_the_number_of_its_application() {
        let on = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        let application = application_number(on, [31; 16]);
        assert_eq!(application, "A-261125-ZZZZZZZ");
        assert_eq!(entry_number(&application), "E-261125-ZZZZZZZ");
    }

    #[test]
    fn only_the_low_bits_of_each_byte_count() {
        let on = NaiveDate::from_ymd_opt(2027, 1, 5).unwrap();
        assert_eq!(number(on, [0xE0; 16]), "270105-0000000");
    }
}
