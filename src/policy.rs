//! [`Policy`]: what a server grants, compiled and immutable.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::origin::set::OriginSet;
use methods::Methods;
use names::Names;
use value::FieldValue;

pub(crate) mod builder;
pub(crate) mod config;
mod covered;
mod forbidden;
pub(crate) mod interner;
pub(crate) mod issue;
mod list;
pub(crate) mod methods;
pub(crate) mod names;
mod suffix;
mod validate;
pub(crate) mod value;

use builder::PolicyBuilder;
use config::PolicyConfig;

/// What a server grants to whom.
///
/// A policy is compiled from a [`PolicyConfig`] or a [`PolicyBuilder`], and only if nothing is
/// wrong with it: there is no policy that allows everybody because a list was empty, or nobody
/// because an origin had a trailing slash. It is immutable, may be shared between threads, and a
/// clone of it is the same policy. To change a policy while a server runs, swap it for another.
///
/// ```
/// use corsac::Policy;
///
/// let policy = Policy::builder()
///     .allow_origins(["https://app.example.com", "https://*.preview.example.com"])
///     .allow_methods(["PUT", "DELETE"])
///     .allow_headers(["content-type", "authorization"])
///     .dangerously_allow_public_suffix_wildcards(true) // not needed with the feature `psl`
///     .allow_credentials(true)
///     .max_age(600)
///     .build()?;
///
/// // Everything that is wrong is named at once, each with what to write instead.
/// let error = Policy::builder()
///     .allow_origins(["https://app.example.com/", "null"])
///     .allow_headers(["cookie"])
///     .build()
///     .unwrap_err();
/// let codes: Vec<_> = error.errors().iter().map(|issue| issue.code().as_str()).collect();
/// # #[cfg(feature = "url")]
/// assert_eq!(codes, ["origin-not-serialized", "origin-null", "request-header-forbidden"]);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone)]
pub struct Policy {
    inner: Arc<Inner>,
}

/// A policy's compiled parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one of the document's switches")]
pub(crate) struct Inner {
    pub(crate) origins: Origins,
    pub(crate) lists: Arc<Lists>,
    pub(crate) preflight_status: u16,
    pub(crate) allow_private_network: bool,
    pub(crate) diagnostics: bool,
    dynamic_origins: bool,
    dangerously_allow_null_origin: bool,
    dangerously_allow_insecure_origins: bool,
    dangerously_allow_public_suffix_wildcards: bool,
}

/// What a policy grants, but to whom: the same in many policies, which may then share it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lists {
    pub(crate) methods: Methods,
    pub(crate) headers: Names,
    /// The value of `Access-Control-Expose-Headers`.
    pub(crate) expose: Option<FieldValue>,
    pub(crate) max_age_value: Option<FieldValue>,
    pub(crate) credentials: bool,
    /// Whether the answers depend on the origin and name it.
    pub(crate) by_origin: bool,
    /// What follows from all of this; `None` where an answer depends on more.
    #[cfg(feature = "http")]
    pub(crate) prepared: Option<crate::http::prepared::Prepared>,
}

/// Whom a policy speaks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    /// Anybody, in the same words: `Access-Control-Allow-Origin: *`.
    Any,
    /// This one, and no pattern: its text is what the answer names.
    One(FieldValue),
    /// These.
    Listed(OriginSet),
}

impl Origins {
    pub(crate) fn lists_null(&self) -> bool {
        match self {
            Self::Any => false,
            Self::One(origin) => origin.as_bytes() == b"null",
            Self::Listed(set) => set.lists(b"null"),
        }
    }
}

impl Policy {
    /// Starts a policy that grants nothing to nobody.
    ///
    /// ```
    /// use corsac::{IssueCode, Policy};
    ///
    /// assert!(Policy::builder().allow_origins(["https://app.example.com"]).build().is_ok());
    /// let error = Policy::builder().build().unwrap_err();
    /// assert_eq!(error.errors()[0].code(), IssueCode::OriginsMissing);
    /// ```
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::new()
    }

    /// A document that compiles to this policy: its lists without duplicates, its header names in
    /// lower case, its patterns in an order of their own.
    ///
    /// ```
    /// use corsac::Policy;
    ///
    /// let policy = Policy::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .allow_headers(["Content-Type", "X-Trace"])
    ///     .build()?;
    /// assert_eq!(policy.config().allow_headers, ["content-type", "x-trace"]);
    /// assert_eq!(policy.config().build()?, policy);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn config(&self) -> PolicyConfig {
        let inner = self.inner();
        PolicyConfig {
            allow_origins: match &inner.origins {
                Origins::Any => any(),
                Origins::One(origin) => names_of(origin),
                Origins::Listed(set) => set.texts(),
            },
            allow_methods: match &inner.lists.methods {
                Methods::Any { .. } => any(),
                Methods::Listed(list) => list.names().collect(),
            },
            allow_headers: match &inner.lists.headers {
                Names::Any { authorization: false, .. } => any(),
                Names::Any { authorization: true, .. } => {
                    ["*", "authorization"].map(String::from).into()
                }
                Names::Listed { list, .. } => list.names().collect(),
            },
            expose_headers: inner.lists.expose.iter().flat_map(names_of).collect(),
            allow_credentials: inner.lists.credentials,
            max_age: inner
                .lists
                .max_age_value
                .iter()
                .flat_map(names_of)
                .find_map(|age| age.parse().ok()),
            preflight_status: inner.preflight_status,
            allow_private_network: inner.allow_private_network,
            diagnostics: inner.diagnostics,
            dynamic_origins: inner.dynamic_origins,
            dangerously_allow_null_origin: inner.dangerously_allow_null_origin,
            dangerously_allow_insecure_origins: inner.dangerously_allow_insecure_origins,
            dangerously_allow_public_suffix_wildcards: inner
                .dangerously_allow_public_suffix_wildcards,
        }
    }

    #[inline]
    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Of parts that were just made.
    #[cfg_attr(not(feature = "http"), expect(unused_mut, reason = "there is nothing to prepare"))]
    fn compiled(mut inner: Inner) -> Self {
        #[cfg(feature = "http")]
        inner.prepare();
        Self::new(inner)
    }

    fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }
}

fn any() -> Vec<String> {
    alloc::vec!["*".to_string()]
}

/// The members of a list as it is sent.
fn names_of(value: &FieldValue) -> Vec<String> {
    let text = String::from_utf8_lossy(value.as_bytes());
    text.split(", ").map(Into::into).collect()
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.inner == other.inner
    }
}

impl Eq for Policy {}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Policy").field(&self.config()).finish()
    }
}
