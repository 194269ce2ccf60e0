//! The check digit that persons' and entities' numbers share (domain, Identifiers).
//! It never looks at what the other eleven digits mean.

use super::Problem;

/// Twelve decimal digits, each as a number from 0 to 9.
pub(super) type Digits = [u8; 12];

const FIRST_WEIGHTS: [u16; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS: [u16; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/// Reads exactly twelve ASCII digits.
pub(super) fn twelve_digits(number: &str) -> Result<Digits, Problem> {
    let is_right = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    let mut digits = Digits::default();
    for (digit, byte) in digits.iter_mut().zip(number.bytes()) {
        *digit = byte.saturating_sub(b'0');
    }
    if is_right {
        Ok(digits)
    } else {
        Err(Problem::new("must have 12 digits"))
    }
}

/// Refuses digits whose last one does not follow from the others.
pub(super) fn verify(digits: &Digits) -> Result<(), Problem> {
    let [leading @ .., last] = digits;
    if check_digit(leading) == Some(u16::from(*last)) {
        Ok(())
    } else {
        Err(Problem::new("must have a right check digit"))
    }
}

/// The check digit of eleven digits; `None` if no number begins with them.
fn check_digit(leading: &[u8; 11]) -> Option<u16> {
    [FIRST_WEIGHTS, SECOND_WEIGHTS]
        .map(|weights| remainder(leading, weights))
        .into_iter()
        .find(|remainder| *remainder < 10)
}

/// At most 9 · 66, so that nothing saturates.
fn remainder(leading: &[u8; 11], weights: [u16; 11]) -> u16 {
    let products = leading
        .iter()
        .zip(weights)
        .map(|(d, w)| u16::from(*d).saturating_mul(w));
    products.sum::<u16>() % 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_twelve_ascii_digits_are_digits() {
        for wrong in [
            "",
            "60074000001",
            "6007400000122",
            "60074000001a",
            "６00740000012",
            "٦٠٠٧٤٠٠٠٠٠١٢",
            " 60074000001",
        ] {
            assert_eq!(
                twelve_digits(wrong).unwrap_err().to_string(),
                "must have 12 digits"
            );
        }
        assert_eq!(
            twelve_digits("600740000012").unwrap(),
            [6, 0, 0, 7, 4, 0, 0, 0, 0, 0, 1, 2]
        );
    }

    #[test]
    fn of_ten_last_digits_at_most_one_is_right() {
        for (leading, right) in [("60074000001", Some('2')), ("01010130001", Some('0'))] {
            let found = ('0'..='9').filter(|last| {
                verify(&twelve_digits(&format!("{leading}{last}")).unwrap()).is_ok()
            });
            assert_eq!(found.collect::<Vec<_>>(), Vec::from_iter(right));
        }
    }

    #[test]
    fn digits_whose_second_sum_is_ten_too_have_no_check_digit() {
        let without = (0..10_000_u32).find_map(|tail| {
            let digits = twelve_digits(&format!("6007400{tail:04}0")).unwrap();
            let [leading @ .., _] = digits;
            check_digit(&leading).is_none().then_some(digits)
        });
        let mut digits = without.unwrap();
        for last in 0..10 {
            digits[11] = last;
            assert!(verify(&digits).is_err());
        }
    }
}
