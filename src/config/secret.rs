//! A secret of the installation, which shows itself only when asked by name.
//! It never prints what it holds.

use std::fmt;

/// Holds a secret out of logs and errors.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Marks a value as secret.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value; a reader of the code sees every place where this happens.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_value() {
        let secret = Some(Secret::new("swordfish"));
        assert_eq!(format!("{secret:?}"), "Some([secret])");
        assert_eq!(secret.map(|secret| secret.expose().len()), Some(9));
    }
}
