//! A tokenizer for arithmetic.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fmt::{self, Display};

extern crate alloc;

mod tests;

/// The longest number, in digits.
const MAX_DIGITS: usize = 64;
static mut COUNTER: u32 = 0;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A character that begins nothing.
    Unexpected(char),
    TooLong { begin: usize, end: usize },
    End,
}

#[derive(Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    text: &'a str,
}

pub struct Point(f64, f64);

#[repr(C)]
union Bits {
    float: f32,
    int: u32,
}

pub trait Visitor {
    type Output;
    const NAME: &'static str;

    fn visit(&mut self, token: &Token<'_>) -> Self::Output;

    /// Called at the end.
    fn finish(self) -> Option<Self::Output>
    where
        Self: Sized,
    {
        None
    }
}

impl<'a> Token<'a> {
    pub fn new(kind: Kind, text: &'a str) -> Self {
        Self { kind, text }
    }

    // Numbers only.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.text.parse().ok()
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected(c) => write!(f, "unexpected {c:?}"),
            Self::TooLong { begin, end } => write!(f, "number too long at {begin}..{end}"),
            Self::End => f.write_str("unexpected end"),
        }
    }
}

macro_rules! tokens {
    ($($kind:ident => $text:literal),* $(,)?) => {
        vec![$(Token::new(Kind::$kind, $text)),*]
    };
}

pub mod scan {
    use super::*;

    pub(crate) fn tokens(source: &str) -> Result<Vec<Token<'_>>> {
        let mut tokens = Vec::new();
        let mut rest = source.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            if c.is_whitespace() {
                continue;
            }
            if c.is_ascii_digit() {
                let mut end = at + 1;
                while let Some(&(next, d)) = rest.peek() {
                    if !(d.is_ascii_digit() || d == '.') {
                        break;
                    }
                    end = next + d.len_utf8();
                    rest.next();
                }
                if end - at > MAX_DIGITS {
                    return Err(Error::TooLong { begin: at, end });
                }
                tokens.push(Token::new(Kind::Number, &source[at..end]));
                continue;
            }
            let kind = match c {
                '+' | '-' => Kind::Sum,
                '*' | '/' => Kind::Product,
                '(' => Kind::Open,
                ')' => Kind::Close,
                other => return Err(Error::Unexpected(other)),
            };
            tokens.push(Token::new(kind, &source[at..at + 1]));
        }
        Ok(tokens)
    }

    pub async unsafe fn reset() {
        COUNTER = 0;
    }
}

impl<T> Visitor for HashMap<Kind, T>
where
    T: Clone,
{
    type Output = T;
    const NAME: &'static str = "map";

    fn visit(&mut self, token: &Token<'_>) -> T {
        self[&token.kind].clone()
    }
}
