//! Signatures of deliveries as Standard Webhooks has them: of the id, the moment and the body, with every
//! secret that is in force. They never show a secret.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ring::hmac;

use super::super::SinkSetupFault;

const PREFIX: &str = "whsec_";
/// As Standard Webhooks bounds a secret.
const LENGTH: std::ops::RangeInclusive<usize> = 24..=64;

/// The secrets of one receiver; more than one while it changes from one to the next.
#[derive(Clone)]
pub(super) struct Secrets(Vec<hmac::Key>);

impl Secrets {
    /// Reads secrets as they are written down: `whsec_` and base64.
    pub(super) fn parse(texts: &[String]) -> Result<Self, SinkSetupFault> {
        let keys: Vec<_> = texts
            .iter()
            .map(|text| key(text.trim()))
            .collect::<Option<_>>()
            .ok_or(SinkSetupFault::Secret)?;
        if keys.is_empty() {
            return Err(SinkSetupFault::Secret);
        }
        Ok(Self(keys))
    }

    /// The value of `webhook-signature`.
    pub(super) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let signed = [format!("{id}.{seconds}.").as_bytes(), body].concat();
        let signatures = self.0.iter().map(|key| {
            let tag = hmac::sign(key, &signed);
            format!("v1,{}", BASE64_STANDARD.encode(tag))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }
}

fn key(text: &str) -> Option<hmac::Key> {
    let secret = BASE64_STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
    LENGTH
        .contains(&secret.len())
        .then(|| hmac::Key::new(hmac::HMAC_SHA256, &secret))
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SECONDS: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn a_delivery_is_signed_as_the_published_example_is() {
        let secrets = Secrets::parse(&[format!("{SECRET}\n")]).unwrap();
        assert_eq!(secrets.sign(ID, SECONDS, BODY), SIGNATURE);
        assert_eq!(format!("{secrets:?}"), "Secrets(1)");
    }

    #[test]
    fn while_secrets_change_a_delivery_is_signed_with_both() {
        let new = format!("whsec_{}", BASE64_STANDARD.encode([7; 32]));
        let secrets = Secrets::parse(&[new, SECRET.to_owned()]).unwrap();
        let signed = secrets.sign(ID, SECONDS, BODY);
        let [first, second] = *signed.split(' ').collect::<Vec<_>>() else {
            panic!("{signed}");
        };
        assert_eq!(second, SIGNATURE);
        assert_ne!(first, second);
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        let short = format!("whsec_{}", BASE64_STANDARD.encode([7; 23]));
        for text in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_!",
            &short,
        ] {
            assert!(Secrets::parse(&[text.to_owned()]).is_err(), "{text}");
        }
        assert!(Secrets::parse(&[]).is_err());
    }
}
