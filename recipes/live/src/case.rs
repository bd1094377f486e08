//! The three policies, and what they plainly mean: by hand, not by asking the engine.

/// A policy, and what it means.
#[derive(Debug)]
pub struct Case {
    /// Its file, among the recipes' policies.
    pub file: &'static str,
    /// Pages that may read.
    pub allowed: &'static [&'static str],
    /// Pages that may not.
    pub refused: &'static [&'static str],
    /// Whether its answers are the same for all.
    pub is_any: bool,
    /// Whether pages come with credentials.
    pub credentials: bool,
    /// Whether script may send `Authorization`.
    pub authorization: bool,
    /// A method that it refuses.
    pub refused_method: Option<&'static str>,
    /// A header that it refuses, with a value that a browser lets script send.
    pub refused_header: (&'static str, &'static str),
}

/// `any.toml`
pub const ANY: Case = Case {
    file: "any.toml",
    allowed: &["https://anyone.example", "http://10.0.0.7:8080", "null"],
    refused: &[],
    is_any: true,
    credentials: false,
    authorization: false,
    refused_method: Some("DELETE"),
    refused_header: ("authorization", "Bearer sesame"),
};

/// `list.toml`
pub const LIST: Case = Case {
    file: "list.toml",
    allowed: &["https://app.example.com", "https://admin.example.com:8443"],
    refused: &[
        "https://other.example",
        "https://app.example.com.evil.net",
        "http://app.example.com",
        "https://app.example.com:8443",
        "null",
    ],
    is_any: false,
    credentials: true,
    authorization: true,
    refused_method: Some("PATCH"),
    refused_header: ("x-other", "1"),
};

/// `patterns.toml`
pub const PATTERNS: Case = Case {
    file: "patterns.toml",
    allowed: &[
        "https://app.example.com",
        "https://a.b.example.com",
        "http://localhost",
        "http://localhost:5173",
        "https://pr-7-shop.example.net",
    ],
    refused: &[
        "https://example.com",
        "https://evil-example.com",
        "https://example.com.evil.net",
        "https://localhost:5173",
        "https://pr-7.x-shop.example.net",
        "null",
    ],
    is_any: false,
    credentials: false,
    authorization: true,
    refused_method: None,
    refused_header: ("x-other", "1"),
};
