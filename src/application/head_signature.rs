//! The head's signature, as it is sent and as it counts, of a grant and of a correction (cl. 9, 11).
//! It never says what was signed.

use super::Objection;
use crate::{
    provider::Provider,
    rpc::FieldErrors,
    signature::{CMS_BYTES_MAX, SignatureProblem, Signer, provider_head},
};

/// Looks at its size: it must be there, and no larger than one is.
pub(crate) fn check_size(given: &[u8], errors: &mut FieldErrors) {
    if given.is_empty() {
        errors.missing("head_signature");
    } else if given.len() > CMS_BYTES_MAX {
        errors.add("head_signature", "must have at most 65536 bytes");
    }
}

/// It must be the head's of the deciding provider.
pub(crate) fn require_head(
    signer: &Result<Signer, SignatureProblem>,
    provider: &Provider,
) -> Result<(), Objection> {
    match signer {
        Ok(signer) => provider_head(signer, &provider.bin)
            .map_err(|unmet| Objection::SignatureInvalid(unmet.code())),
        Err(SignatureProblem::CouldNotVerify(_)) => Err(Objection::SignatureUnverifiable),
        Err(problem) => Err(Objection::SignatureInvalid(problem.code())),
    }
}
