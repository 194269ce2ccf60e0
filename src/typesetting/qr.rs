//! QR pictures as vectors; the picture says its text and nothing else.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::TypesettingFault;

/// A QR picture of the text as SVG, without a quiet zone: the template leaves the white around it.
/// A quarter of it may be damaged, by a stamp or a fold, and it still reads.
pub fn qr_svg(text: &str) -> Result<Vec<u8>, TypesettingFault> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::Q).map_err(TypesettingFault::Qr)?;
    Ok(code
        .render::<svg::Color<'_>>()
        .quiet_zone(false)
        .build()
        .into_bytes())
}
