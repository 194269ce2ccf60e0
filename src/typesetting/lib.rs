//! Turns a Typst form and its data into PDF/A-2b bytes.
