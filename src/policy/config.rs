//! [`PolicyConfig`]: a policy as a document.

use alloc::string::String;
use alloc::vec::Vec;

/// A policy as its author writes it: plain data, not yet checked.
///
/// The names are those of the document (TOML, JSON, …) under the feature `serde`, where an unknown
/// field is an error and every field may be left out. [`build`](Self::build) turns it into a
/// [`Policy`](crate::Policy), or names everything that is wrong with it.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// # extern crate std;
/// let config: corsac::PolicyConfig = serde_json::from_str(
///     r#"{"allow_origins": ["https://app.example.com"], "allow_credentials": true}"#,
/// )?;
/// assert!(config.allow_credentials);
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the document")]
pub struct PolicyConfig {
    /// Who may read: origins as browsers send them (`https://app.example.com`), patterns of them
    /// (`https://*.example.com`, `http://localhost:*`, `https://pr-*-shop.example.net`), or `["*"]`.
    /// An empty list is an error, never everybody.
    pub allow_origins: Vec<String>,
    /// Methods beyond GET, HEAD and POST, which CORS always allows; or `["*"]`. Case counts.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub allow_methods: Vec<String>,
    /// Request headers that script may set; or `["*"]`, which covers every name but
    /// `authorization`; or `["*", "authorization"]`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub allow_headers: Vec<String>,
    /// Response headers that script may read besides the safelisted ones; or `["*"]`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub expose_headers: Vec<String>,
    /// Whether requests may carry cookies, HTTP authentication and client certificates.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub allow_credentials: bool,
    /// How many seconds a browser may keep a preflight's answer, 0 to 2147483647. Absent: no
    /// header is sent, and browsers take 5 seconds. 0: do not keep it.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 2_147_483_647_i64)))]
    pub max_age: Option<i64>,
    /// The status of an allowed preflight, 200 to 299.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_no_content"))]
    #[cfg_attr(feature = "schema", schemars(range(min = 200, max = 299)))]
    pub preflight_status: u16,
    /// Whether to answer Private Network Access preflights, which browsers have given up.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub allow_private_network: bool,
    /// Whether a preflight from an allowed origin that is refused for its method or a header is
    /// answered in such a way that the browser's console names the method or the header.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub diagnostics: bool,
    /// Whether the embedder decides about origins at run time
    /// ([`Policy::evaluate_with`](crate::Policy::evaluate_with)); `allow_origins` may then be empty.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub dynamic_origins: bool,
    /// Lets `allow_origins` list `null`, which every sandboxed document on the web can send.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub dangerously_allow_null_origin: bool,
    /// Lets a policy with credentials list origins without transport security, such as `http:`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub dangerously_allow_insecure_origins: bool,
    /// Lets a policy list patterns that anyone can register a match for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "is_false"))]
    pub dangerously_allow_public_suffix_wildcards: bool,
}

/// The status of an allowed preflight where the document names none: 204 No Content.
pub(crate) const DEFAULT_PREFLIGHT_STATUS: u16 = 204;

impl Default for PolicyConfig {
    fn default() -> Self {
        Self {
            allow_origins: Vec::new(),
            allow_methods: Vec::new(),
            allow_headers: Vec::new(),
            expose_headers: Vec::new(),
            allow_credentials: false,
            max_age: None,
            preflight_status: DEFAULT_PREFLIGHT_STATUS,
            allow_private_network: false,
            diagnostics: false,
            dynamic_origins: false,
            dangerously_allow_null_origin: false,
            dangerously_allow_insecure_origins: false,
            dangerously_allow_public_suffix_wildcards: false,
        }
    }
}

#[cfg(feature = "serde")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(feature = "serde")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_no_content(status: &u16) -> bool {
    *status == DEFAULT_PREFLIGHT_STATUS
}
