//! The code of COMPARE.md: each option of three other CORS libraries, and its equivalent here.
//!
//! The tests ask both the same, and hold what COMPARE.md says of the difference.

pub mod actix;
pub mod rocket;
pub mod tower_http;

/// What was answered: the status, and the fields that CORS has a say in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(String, String)>,
}

impl Answer {
    /// Keeps the fields that CORS has a say in, in alphabetical order.
    pub fn new<N: AsRef<str>, V: AsRef<[u8]>>(
        status: u16,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_ref()).into_owned();
                (name.as_ref().to_ascii_lowercase(), value)
            })
            .filter(|(name, _)| name.starts_with("access-control-") || name == "vary")
            .collect();
        fields.sort();
        Self { status, fields }
    }

    /// The value of a field, its lines joined.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let lines: Vec<_> = self.fields.iter().filter(|(other, _)| other == name).collect();
        let values: Vec<_> = lines.iter().map(|(_, value)| value.as_str()).collect();
        (!lines.is_empty()).then(|| values.join(", "))
    }

    /// `Access-Control-Allow-Origin`.
    #[must_use]
    pub fn allow_origin(&self) -> Option<String> {
        self.get("access-control-allow-origin")
    }

    /// Whether there is any `Access-Control-*` field.
    #[must_use]
    pub fn grants(&self) -> bool {
        self.fields.iter().any(|(name, _)| name.starts_with("access-control-"))
    }
}

/// A question: a method and fields, put to each library in the same words.
#[derive(Clone, Debug)]
pub struct Question {
    pub method: &'static str,
    pub fields: Vec<(&'static str, String)>,
}

impl Question {
    #[must_use]
    pub fn new(method: &'static str) -> Self {
        Self { method, fields: Vec::new() }
    }

    /// With an `Origin`.
    #[must_use]
    pub fn from(self, origin: &str) -> Self {
        self.with("origin", origin)
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }
}

/// A preflight for a method.
#[must_use]
pub fn preflight(origin: &str, method: &str) -> Question {
    Question::new("OPTIONS").from(origin).with("access-control-request-method", method)
}

/// A GET from a page.
#[must_use]
pub fn get(origin: &str) -> Question {
    Question::new("GET").from(origin)
}
