//! The fonts that ship with Typst, loaded once; fonts of the machine are never looked at.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontVariant, FontVariations};
use typst::utils::LazyHash;

/// The family that data is set in; it is Typst's default, and templates keep to it.
const TEXT_FAMILY: &str = "libertinus serif";

/// Signs, such as the tenge, that another shipped font may lend when the text family lacks them.
/// Letters are not lent: a letter and the marks on it must come from one font.
const LENT_SIGNS: [RangeInclusive<char>; 2] = ['\u{2010}'..='\u{20CF}', '\u{2100}'..='\u{2BFF}'];

/// Marks of the text family's scripts, which sit on the letter before them.
const COMBINING: [RangeInclusive<char>; 4] = [
    '\u{0300}'..='\u{036F}',
    '\u{0483}'..='\u{0489}',
    '\u{0591}'..='\u{05C7}',
    '\u{FB1E}'..='\u{FB1E}',
];

/// Characters that print nothing, or move what is printed.
const UNSEEN: [RangeInclusive<char>; 8] = [
    '\u{0000}'..='\u{001F}',
    '\u{007F}'..='\u{009F}',
    '\u{00AD}'..='\u{00AD}',
    '\u{034F}'..='\u{034F}',
    '\u{200B}'..='\u{200F}',
    '\u{2028}'..='\u{202E}',
    '\u{2060}'..='\u{206F}',
    '\u{E000}'..='\u{F8FF}',
];

pub(crate) static SHIPPED: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|data| Font::iter(Bytes::new(data)))
        .collect();
    Fonts {
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

impl Fonts {
    fn text(&self) -> Option<&Font> {
        self.fonts
            .get(self.book.select(TEXT_FAMILY, FontVariant::default())?)
    }

    /// Whether Typst finds a picture of the sign: it asks one other font, the nearest that lists the
    /// sign, and gives up when that one has no picture of it.
    fn lends(&self, sign: char) -> bool {
        let (like, variant) = (self.text().map(Font::info), FontVariant::default());
        within(sign, &LENT_SIGNS)
            && self
                .book
                .select_fallback(like, variant, sign.encode_utf8(&mut [0; 4]))
                .and_then(|chosen| self.fonts.get(chosen))
                .is_some_and(|font| draws(font, sign))
    }
}

/// The text as it can be printed: what no shipped font can draw, or no reader can see, is named
/// instead, such as `[U+4E2D]`.
///
/// PDF/A forbids the empty box that a missing letter would leave, so without this one rare letter in
/// an address would stop the document for good; leaving it out would change what was registered.
pub fn legible(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    let mut on_lent = false;
    for character in text.chars() {
        let seen = !within(character, &UNSEEN);
        let own = seen && SHIPPED.text().is_some_and(|font| has(font, character));
        let lent = seen && !own && SHIPPED.lends(character);
        if lent || own && !(on_lent && within(character, &COMBINING)) {
            printable.push(character);
        } else {
            printable.extend(format!("[U+{:04X}]", u32::from(character)).chars());
        }
        on_lent = lent;
    }
    printable
}

fn has(font: &Font, character: char) -> bool {
    font.info().coverage.contains(u32::from(character))
}

fn draws(font: &Font, character: char) -> bool {
    let plain = font.clone().instantiate(
        FontVariant::default(),
        Abs::zero(),
        &FontVariations::default(),
    );
    plain.ttf().glyph_index(character).is_some()
}

fn within(character: char, ranges: &[RangeInclusive<char>]) -> bool {
    ranges.iter().any(|range| range.contains(&character))
}
