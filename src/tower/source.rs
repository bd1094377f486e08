//! [`PolicySource`]: where a layer's policy comes from.

use alloc::sync::Arc;
use core::borrow::Borrow;

use http::request::Parts;

use crate::Policy;

/// Where the policy for a request comes from.
///
/// It is asked once for each request, and what it returns decides the whole answer: no request sees
/// a mixture of two policies, however often they are swapped.
///
/// A [`Policy`] is a source of itself. `arc_swap::ArcSwap<Policy>` is one with the feature
/// `arc-swap`. A reference to, and an [`Arc`] of, a source is a source.
///
/// # A policy that is swapped
///
/// Keep the source in an [`Arc`], give the layer a clone of it, and store another policy in it from
/// wherever the news comes. A document that is no policy any more never gets that far, so the last
/// good one stays in force:
///
/// ```
/// # #[cfg(all(feature = "arc-swap", feature = "serde"))]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use arc_swap::ArcSwap;
/// use corsac::tower::CorsLayer;
/// use corsac::{Policy, PolicyConfig};
///
/// /// Reads the document again. What is wrong with it is told; what is in force stays so.
/// fn reload(current: &ArcSwap<Policy>, path: &std::path::Path) {
///     let read = || -> Result<Policy, Box<dyn std::error::Error>> {
///         let text = std::fs::read_to_string(path)?;
///         Ok(serde_json::from_str::<PolicyConfig>(&text)?.build()?)
///     };
///     match read() {
///         Ok(policy) => current.store(Arc::new(policy)),
///         Err(error) => eprintln!("{}: the last good policy stays: {error}", path.display()),
///     }
/// }
///
/// # let directory = std::env::temp_dir().join(format!("corsac-reload-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory)?;
/// # let path = directory.join("policy.json");
/// # std::fs::write(&path, r#"{"allow_origins": ["https://app.example.com"]}"#)?;
/// let policy: PolicyConfig = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
/// let current = Arc::new(ArcSwap::from_pointee(policy.build()?));
/// let layer = CorsLayer::new(Arc::clone(&current));
///
/// // On SIGHUP, say, or when the file changes:
/// # std::fs::write(&path, r#"{"allow_origins": []}"#)?;
/// reload(&current, &path);
/// # assert_eq!(current.load().config().allow_origins, ["https://app.example.com"]);
/// # std::fs::write(&path, r#"{"allow_origins": ["https://new.example.com"]}"#)?;
/// # reload(&current, &path);
/// # assert_eq!(current.load().config().allow_origins, ["https://new.example.com"]);
/// # std::fs::remove_dir_all(&directory)?;
/// # let _: Box<dyn std::any::Any> = Box::new(layer);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "arc-swap", feature = "serde")))]
/// # fn main() {}
/// ```
///
/// # One of your own
///
/// ```
/// use std::collections::HashMap;
///
/// use corsac::Policy;
/// use corsac::tower::{CorsLayer, PolicySource};
/// use http::request::Parts;
///
/// struct Tenants {
///     policies: HashMap<String, Policy>,
///     nobody: Policy,
/// }
///
/// impl PolicySource for Tenants {
///     type Policy<'s> = &'s Policy;
///
///     fn policy(&self, request: &Parts) -> &Policy {
///         let host = request.headers.get("host").and_then(|host| host.to_str().ok());
///         host.and_then(|host| self.policies.get(host)).unwrap_or(&self.nobody)
///     }
/// }
///
/// let tenants = Tenants {
///     policies: HashMap::new(),
///     // Without origins of its own it denies everybody.
///     nobody: Policy::builder().dynamic_origins(true).build()?,
/// };
/// let layer = CorsLayer::new(std::sync::Arc::new(tenants));
/// # let _: Box<dyn std::any::Any> = Box::new(layer);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
pub trait PolicySource {
    /// A policy, or something that holds one for as long as a request is decided.
    type Policy<'s>: Borrow<Policy>
    where
        Self: 's;

    /// The policy that decides about this request.
    fn policy(&self, request: &Parts) -> Self::Policy<'_>;

    /// The policy for any request, from a source that looks at none: it spares taking the request
    /// apart. If there is one, [`policy`](Self::policy) is not asked.
    fn policy_for_any(&self) -> Option<Self::Policy<'_>> {
        None
    }
}

impl PolicySource for Policy {
    type Policy<'s> = &'s Self;

    #[inline]
    fn policy(&self, _request: &Parts) -> &Self {
        self
    }

    #[inline]
    fn policy_for_any(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<P: PolicySource + ?Sized> PolicySource for &P {
    type Policy<'s>
        = P::Policy<'s>
    where
        Self: 's;

    fn policy(&self, request: &Parts) -> Self::Policy<'_> {
        P::policy(self, request)
    }

    fn policy_for_any(&self) -> Option<Self::Policy<'_>> {
        P::policy_for_any(self)
    }
}

impl<P: PolicySource + ?Sized> PolicySource for Arc<P> {
    type Policy<'s>
        = P::Policy<'s>
    where
        Self: 's;

    fn policy(&self, request: &Parts) -> Self::Policy<'_> {
        P::policy(self, request)
    }

    fn policy_for_any(&self) -> Option<Self::Policy<'_>> {
        P::policy_for_any(self)
    }
}

/// A function that chooses a policy for each request; made by
/// [`CorsLayer::per_request`](super::CorsLayer::per_request).
///
/// ```
/// # let policy = corsac::Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// use corsac::tower::{CorsLayer, PerRequest};
///
/// let layer: CorsLayer<PerRequest<_>> =
///     CorsLayer::per_request(move |_: &http::request::Parts| policy.clone());
/// # let _: Box<dyn std::any::Any> = Box::new(layer);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct PerRequest<F>(pub(super) F);

impl<F> core::fmt::Debug for PerRequest<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PerRequest")
    }
}

impl<F, R> PolicySource for PerRequest<F>
where
    F: Fn(&Parts) -> R,
    R: Borrow<Policy>,
{
    type Policy<'s>
        = R
    where
        Self: 's;

    fn policy(&self, request: &Parts) -> R {
        (self.0)(request)
    }
}

/// A policy as it was when it was loaded from an `ArcSwap`.
///
/// ```
/// # let policy = corsac::Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// use std::borrow::Borrow;
///
/// use corsac::Policy;
/// use corsac::tower::{Loaded, PolicySource};
///
/// let current = arc_swap::ArcSwap::from_pointee(policy);
/// let loaded: Loaded = current.policy_for_any().expect("it looks at no request");
/// let policy: &Policy = loaded.borrow();
/// assert_eq!(policy.config().allow_origins, ["https://app.example.com"]);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[cfg(feature = "arc-swap")]
#[derive(Debug)]
pub struct Loaded(arc_swap::Guard<Arc<Policy>>);

#[cfg(feature = "arc-swap")]
impl Borrow<Policy> for Loaded {
    fn borrow(&self) -> &Policy {
        &self.0
    }
}

/// Loading takes no lock, and storing does not wait for requests.
#[cfg(feature = "arc-swap")]
impl PolicySource for arc_swap::ArcSwap<Policy> {
    type Policy<'s> = Loaded;

    fn policy(&self, _request: &Parts) -> Loaded {
        Loaded(self.load())
    }

    fn policy_for_any(&self) -> Option<Loaded> {
        Some(Loaded(self.load()))
    }
}
