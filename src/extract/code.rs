//! The verification code of an extract: short enough to type from paper, too long to guess.
//! It never says anything about the entry, and a slip in typing never makes another good code.

use std::{fmt, iter};

use thiserror::Error;

/// Crockford's base 32: no letter that reads like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 20;
const RANDOM: usize = 19;
const GROUP: usize = 5;

/// Nineteen random characters (95 bits) and a check character.
///
/// The check character is the remainder of the others as a polynomial over GF(32): each place has
/// its own factor, so one wrong character, or any two that changed places, never go unnoticed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerificationCode(String);

/// Why a text is not a verification code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotACode {
    /// Too few or too many characters.
    #[error("must have {LENGTH} characters, spaces and hyphens aside")]
    Length,
    /// A character that no code has.
    #[error("must have Latin letters without U and digits only")]
    Character,
    /// The check character does not fit: something is mistyped.
    #[error("must be typed as printed: its check character does not fit")]
    Check,
}

impl VerificationCode {
    /// Makes a code of random bytes; 95 of their 128 bits are used.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let bits = iter::successors(Some(u128::from_be_bytes(bytes)), |bits| Some(bits >> 5));
        let digits = bits
            .take(RANDOM)
            .map(|bits| u8::try_from(bits & 31).unwrap_or_default());
        let digits: Vec<u8> = digits.collect();
        let check = times_x(remainder(&digits));
        Self(
            digits
                .iter()
                .chain([&check])
                .map(|&digit| letter(digit))
                .collect(),
        )
    }

    /// Reads a code as people type it: any case, spaces and hyphens anywhere, O for 0, I and L for 1.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let typed = text
            .chars()
            .filter(|c| !c.is_whitespace() && !is_hyphen(*c));
        let digits = typed
            .map(digit)
            .collect::<Option<Vec<u8>>>()
            .ok_or(NotACode::Character)?;
        if digits.len() != LENGTH {
            return Err(NotACode::Length);
        }
        if remainder(&digits) != 0 {
            return Err(NotACode::Check);
        }
        Ok(Self(digits.into_iter().map(letter).collect()))
    }

    /// The twenty characters without hyphens, as they are stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As printed: `7ZX2K-M9QRT-04HBV-WC3DE`.
impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

fn letter(digit: u8) -> char {
    ALPHABET
        .get(usize::from(digit))
        .map_or('0', |&letter| char::from(letter))
}

fn digit(typed: char) -> Option<u8> {
    let letter = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET
        .iter()
        .position(|&known| char::from(known) == letter)?;
    u8::try_from(place).ok()
}

/// Hyphens and dashes: programs like to put the long ones in.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The digits as a polynomial, its value at x, in GF(32).
fn remainder(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |sum, digit| times_x(sum) ^ digit)
}

/// Multiplies by x modulo x⁵ + x² + 1; x has order 31, more than a code has places.
fn times_x(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 32 == 0 {
        shifted
    } else {
        shifted ^ 0b10_0101
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_printed_in_groups_of_five() {
        let code = VerificationCode::from_random(*b"sixteen of bytes");
        let printed = code.to_string();
        assert_eq!(
            printed.split('-').map(str::len).collect::<Vec<_>>(),
            [5, 5, 5, 5]
        );
        assert_eq!(printed.replace('-', ""), code.as_str());
    }

    #[test]
    fn ninety_five_bits_decide_the_code() {
        let zero = VerificationCode::from_random([0; 16]);
        let changed = |bit: u32| VerificationCode::from_random((1_u128 << bit).to_be_bytes());
        assert_eq!((0..128).filter(|&bit| changed(bit) != zero).count(), 95);
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = VerificationCode::from_random([0x10; 16]);
        for typed in [
            code.to_string(),
            code.as_str().to_owned(),
            code.to_string().to_lowercase(),
            code.to_string().replace('-', " — "),
            format!(" {code}\n"),
            code.to_string().replace('0', "o").replace('1', "l"),
            code.to_string().replace('0', "O").replace('1', "I"),
        ] {
            assert_eq!(VerificationCode::parse(&typed), Ok(code.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_told() {
        let good = VerificationCode::from_random([7; 16]).to_string();
        for (typed, problem) in [
            (String::new(), NotACode::Length),
            (good.chars().skip(1).collect(), NotACode::Length),
            (format!("{good}0"), NotACode::Length),
            (good.replacen('-', "U", 1), NotACode::Character),
            (good.replacen('-', "Қ", 1), NotACode::Character),
            (good.replacen('-', "\u{660}", 1), NotACode::Character),
        ] {
            assert_eq!(VerificationCode::parse(&typed), Err(problem), "{typed:?}");
        }
    }

    #[test]
    fn every_wrong_character_is_noticed() {
        let code = VerificationCode::from_random([0xA5; 16]);
        for place in 0..LENGTH {
            for wrong in ALPHABET {
                let mut typed: Vec<u8> = code.as_str().bytes().collect();
                let same = typed[place] == *wrong;
                typed[place] = *wrong;
                let read = VerificationCode::parse(str::from_utf8(&typed).unwrap());
                assert_eq!(read.is_ok(), same, "{} at {place}", char::from(*wrong));
            }
        }
    }

    proptest! {
        #[test]
        fn two_characters_that_changed_places_are_noticed(
            bytes: [u8; 16], (one, other) in (0..LENGTH, 0..LENGTH)
        ) {
            let code = VerificationCode::from_random(bytes);
            let mut typed: Vec<u8> = code.as_str().bytes().collect();
            typed.swap(one, other);
            let same = typed == code.as_str().as_bytes();
            prop_assert_eq!(VerificationCode::parse(str::from_utf8(&typed).unwrap()).is_ok(), same);
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            if let Ok(code) = VerificationCode::parse(&text) {
                prop_assert_eq!(VerificationCode::parse(code.as_str()), Ok(code));
            }
        }
    }
}
