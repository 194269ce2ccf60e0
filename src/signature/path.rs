//! From the signer's certificate up to a configured anchor. Never trusts a certificate for having
//! come with the signature, and never searches without bounds.

use super::SignatureProblem;
use super::certificate::Certificate;
use chrono::{DateTime, Utc};

/// How many certificates a path may have, signer and anchor included.
const PATH_CERTIFICATES_MAX: u8 = 5;

/// How many signatures of certificates are verified for one path. A CMS full of certificates with
/// the same name would otherwise cost their number to the power of the path's length.
const SIGNATURE_CHECKS_MAX: u8 = 32;

/// A search for a path at one moment.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// Authorities that are trusted by configuration.
    pub(super) anchors: &'a [Certificate],
    /// Certificates that may link the signer to an anchor.
    pub(super) links: Vec<&'a Certificate>,
    /// The moment at which every certificate of the path must be valid.
    pub(super) at: DateTime<Utc>,
}

impl<'a> Search<'a> {
    /// Checks that a path leads from the signer's certificate to an anchor. If none does, the
    /// answer is why the nearest one failed.
    pub(super) fn check(&self, signer: &'a Certificate) -> Result<(), SignatureProblem> {
        signer.check_validity(self.at)?;
        signer.check_may_sign()?;
        signer.check_extensions()?;
        let mut checks_left = SIGNATURE_CHECKS_MAX;
        self.climb(&mut vec![signer], &mut checks_left)
    }

    /// Goes one step up from the last certificate of `path`, depth first, anchors before links.
    fn climb(
        &self,
        path: &mut Vec<&'a Certificate>,
        checks_left: &mut u8,
    ) -> Result<(), SignatureProblem> {
        let mut problem = SignatureProblem::UntrustedCertificate;
        let anchors = self.anchors.iter().map(|anchor| (anchor, true));
        let links = self.links.iter().map(|link| (*link, false));
        for (issuer, is_anchor) in anchors.chain(links) {
            let step = self.step(path, issuer, checks_left).and_then(|()| {
                if is_anchor {
                    return Ok(());
                }
                path.push(issuer);
                let climbed = self.climb(path, checks_left);
                path.pop();
                climbed
            });
            match step {
                Ok(()) => return Ok(()),
                // "Untrusted" is what every stranger is; a closer reason stays.
                Err(SignatureProblem::UntrustedCertificate) => {}
                Err(closer) => problem = closer,
            }
        }
        Err(problem)
    }

    /// Checks that `issuer` issued the last certificate of `path` and was allowed to.
    fn step(
        &self,
        path: &[&Certificate],
        issuer: &Certificate,
        checks_left: &mut u8,
    ) -> Result<(), SignatureProblem> {
        let untrusted = SignatureProblem::UntrustedCertificate;
        let length = u8::try_from(path.len()).or(Err(SignatureProblem::UntrustedCertificate))?;
        let Some(subject) = path.last() else {
            return Err(untrusted);
        };
        if length >= PATH_CERTIFICATES_MAX || path.contains(&issuer) {
            return Err(untrusted);
        }
        if !subject.names_issuer(issuer) {
            return Err(untrusted);
        }
        let Some(left) = checks_left.checked_sub(1) else {
            return Err(untrusted);
        };
        *checks_left = left;
        // Another authority of the same name is a stranger.
        subject.verify_issued_by(issuer).or(Err(untrusted))?;
        issuer.check_extensions()?;
        issuer.check_may_issue(length.saturating_sub(1))?;
        issuer.check_validity(self.at)
    }
}
