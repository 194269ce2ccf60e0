//! A made-up scan of a paper agreement: a PDF of one page that a reader opens.
//! It never carries a person's data, and never stands for a real document.

use std::fmt::Write as _;

/// A4, and one line of text in a font that every reader has.
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
    /Resources << /Font << /F1 4 0 R >> >> >>";
const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

/// Makes the scan of the agreement on a share.
pub fn scan(share_no: u32) -> Vec<u8> {
    let text =
        format!("BT /F1 16 Tf 72 770 Td (Made-up scan of the agreement on share {share_no}) Tj ET");
    let length = text.len();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        PAGE.to_owned(),
        FONT.to_owned(),
        format!("<< /Length {length} >>\nstream\n{text}\nendstream"),
    ];
    document(&objects).into_bytes()
}

/// Writes the objects one after the other, then the table of where each begins.
fn document(objects: &[String]) -> String {
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(objects) {
        // A line of the table has 20 bytes, the line end among them.
        append(&mut table, format_args!("{:010} 00000 n \n", pdf.len()));
        append(&mut pdf, format_args!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let begin = pdf.len();
    let size = objects.len().saturating_add(1);
    append(
        &mut pdf,
        format_args!(
            "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"
        ),
    );
    pdf
}

#[expect(
    clippy::expect_used,
    reason = "a String takes all that is written to it"
)]
fn append(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a String takes all");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_points_to_its_object() {
        let pdf = String::from_utf8(scan(45)).unwrap();
        assert!(pdf.starts_with("%PDF-1.4\n") && pdf.ends_with("%%EOF\n"));
        let begin: usize = pdf
            .split_once("startxref\n")
            .and_then(|(_, rest)| rest.lines().next())
            .unwrap()
            .parse()
            .unwrap();
        let table = &pdf.as_bytes()[begin..];
        let lines: Vec<&str> = str::from_utf8(table).unwrap().lines().collect();
        assert_eq!(lines[..3], ["xref", "0 6", "0000000000 65535 f "]);
        for number in 1..=5 {
            let line = lines[number + 2];
            assert_eq!(line.len(), 19);
            let offset: usize = line.split(' ').next().unwrap().parse().unwrap();
            assert!(pdf.as_bytes()[offset..].starts_with(format!("{number} 0 obj").as_bytes()));
        }
        let stream = pdf
            .split_once("stream\n")
            .unwrap()
            .1
            .split_once("\nendstream")
            .unwrap()
            .0;
        assert!(pdf.contains(&format!("/Length {} ", stream.len())));
        assert!(stream.contains("share 45"));
    }

    #[test]
    fn scans_of_different_agreements_differ() {
        assert_eq!(scan(45), scan(45));
        assert_ne!(scan(45), scan(46));
    }
}
