//! The digest of a set that does not depend on an order: the sum of the digests of its members.
//! It never says which of them differ; whoever asks for parts of the set finds out.

/// A sum of SHA-256 digests, each a number of 256 bits with its highest byte first, modulo 2²⁵⁶.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestSum([u8; 32]);

impl DigestSum {
    /// The sum of one digest, or one that was told.
    pub const fn of(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// As it is told.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The sum of both sets.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        let mut carry = 0_u8;
        for (byte, more) in self.0.iter_mut().zip(other.0).rev() {
            let sum = u16::from(*byte)
                .saturating_add(more.into())
                .saturating_add(carry.into());
            [carry, *byte] = sum.to_be_bytes();
        }
        self
    }

    /// The sum of what is left of a set without a part of it.
    #[must_use]
    pub fn minus(self, part: Self) -> Self {
        let mut one = [0; 32];
        if let Some(last) = one.last_mut() {
            *last = 1;
        }
        // The complement of two.
        self.plus(Self(part.0.map(|byte| !byte))).plus(Self(one))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(value: u8) -> DigestSum {
        let mut bytes = [0; 32];
        bytes[31] = value;
        DigestSum::of(bytes)
    }

    #[test]
    fn a_sum_carries_and_begins_anew_after_the_highest() {
        let mut carried = [0; 32];
        carried[30] = 1;
        assert_eq!(number(255).plus(number(1)), DigestSum::of(carried));
        let highest = DigestSum::of([255; 32]);
        assert_eq!(highest.plus(number(1)), DigestSum::default());
        assert_eq!(DigestSum::default().minus(number(1)), highest);
    }

    proptest! {
        #[test]
        fn the_order_does_not_count_and_a_part_can_be_taken_out(
            one: [u8; 32],
            two: [u8; 32],
            three: [u8; 32],
        ) {
            let [one, two, three] = [one, two, three].map(DigestSum::of);
            prop_assert_eq!(one.plus(two).plus(three), three.plus(one).plus(two));
            prop_assert_eq!(one.plus(two).minus(one), two);
            prop_assert_eq!(one.minus(one), DigestSum::default());
        }

        #[test]
        fn another_member_makes_another_sum(one: [u8; 32], two: [u8; 32], changed: [u8; 32]) {
            prop_assume!(two != changed);
            let of = |member| DigestSum::of(one).plus(DigestSum::of(member));
            prop_assert_ne!(of(two), of(changed));
        }
    }
}
