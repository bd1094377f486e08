//! `FieldValue`: a header value that is made once, when the policy is.

#[cfg(not(feature = "http"))]
use alloc::boxed::Box;
use core::fmt;

/// The value of a response field. With the feature `http` it is that crate's own, so that putting
/// it on a response copies nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FieldValue(
    #[cfg(feature = "http")] http::HeaderValue,
    #[cfg(not(feature = "http"))] Box<[u8]>,
);

impl FieldValue {
    /// From text that has been found to be tokens, commas, spaces and digits.
    #[cfg(feature = "http")]
    pub(crate) fn new(text: &str) -> Self {
        // Such a text is always a header value; were it not, an empty one would grant nothing.
        let value = http::HeaderValue::from_str(text)
            .unwrap_or_else(|_| http::HeaderValue::from_static(""));
        // The first clone makes the buffer a shared one, which allocates: let it be this one.
        Self(value.clone())
    }

    #[cfg(not(feature = "http"))]
    pub(crate) fn new(text: &str) -> Self {
        Self(text.as_bytes().into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        #[cfg(feature = "http")]
        return self.0.as_bytes();
        #[cfg(not(feature = "http"))]
        return &self.0;
    }

    #[cfg(feature = "http")]
    pub(crate) fn to_header_value(&self) -> http::HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&alloc::string::String::from_utf8_lossy(self.as_bytes()), f)
    }
}
