//! What is emitted: the fields of a response, for each kind of request and each outcome.
//!
//! It is decided here and nowhere else, by the [CORS
//! protocol](https://fetch.spec.whatwg.org/#http-responses); whoever puts fields on a response or
//! lists them is told by [`Decision::emit`].

use super::{Decision, FieldName, FieldSource, Kind, Named, Outcome, TakeField, Text};
use crate::policy::Origins;
use crate::policy::methods::Methods;
use crate::policy::names::Names;
use crate::rejection::Rejection;

const TRUE: FieldSource<'_> = FieldSource::Static(Text::True);

impl<'d> Decision<'d> {
    /// Tells `to` the fields of the response, in their order.
    #[inline]
    pub(crate) fn emit(&self, to: &mut impl TakeField<'d>) {
        if self.kind == Kind::Preflight {
            self.emit_for_preflight(to);
        } else {
            self.emit_for_others(to);
        }
    }

    #[inline]
    pub(crate) fn emit_for_preflight(&self, to: &mut impl TakeField<'d>) {
        let policy = self.policy;
        if self.grants() {
            self.emit_origin(to);
            if let Some(methods) = self.allow_methods() {
                to.take(FieldName::AllowMethods, methods);
            }
            if let Some(headers) = self.allow_headers() {
                to.take(FieldName::AllowHeaders, headers);
            }
            if policy.allow_private_network && self.request.asks_for_private_network() {
                to.take(FieldName::AllowPrivateNetwork, TRUE);
            }
            if let Some(max_age) = &policy.lists.max_age_value {
                to.take(FieldName::MaxAge, FieldSource::Policy(max_age));
            }
        }
        let vary = if self.named.depends() {
            Text::VaryOfPreflightByOrigin
        } else {
            Text::VaryOfPreflight
        };
        to.take(FieldName::Vary, FieldSource::Static(vary));
    }

    #[expect(clippy::inline_always, reason = "what is done with a field is small")]
    #[inline(always)]
    pub(crate) fn emit_for_others(&self, to: &mut impl TakeField<'d>) {
        // Only the origin of such a request can be refused, and then there are no grants.
        if self.is_allowed() && (self.kind != Kind::NotCors || !self.named.depends()) {
            self.emit_origin(to);
            if let Some(exposed) = &self.policy.lists.expose {
                to.take(FieldName::ExposeHeaders, FieldSource::Policy(exposed));
            }
        }
        if self.named.depends() {
            to.take(FieldName::Vary, FieldSource::Static(Text::VaryByOrigin));
        }
    }

    #[expect(clippy::inline_always, reason = "what is done with a field is small")]
    #[inline(always)]
    fn emit_origin(&self, to: &mut impl TakeField<'d>) {
        to.take(FieldName::AllowOrigin, self.allow_origin());
        if self.policy.lists.credentials {
            to.take(FieldName::AllowCredentials, TRUE);
        }
    }

    /// The request's origin, if the response names it as it came.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn origin_to_name(&self) -> Option<&'d [u8]> {
        let is_named = self.named == Named::Sender && self.kind != Kind::NotCors && self.grants();
        if is_named { self.request.origin() } else { None }
    }

    /// The fields for a preflight as they were made with the policy, but for the origin, if they are
    /// the same.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn prepared(&self) -> Option<&'d crate::http::prepared::Prepared> {
        let is_plain = self.outcome == Outcome::Allowed
            && self.named.depends() == self.policy.lists.by_origin
            && !(self.policy.allow_private_network && self.request.asks_for_private_network());
        if is_plain { self.policy.lists.prepared.as_ref() } else { None }
    }

    /// The lines that are given back in the place of [`FieldSource::Requested`].
    pub(crate) fn requested(&self) -> &'d [&'d [u8]] {
        self.request.request_headers.get().unwrap_or_default()
    }

    /// Whether there are grants on the response: when it is allowed, and when the policy's
    /// diagnostics let a refused preflight be answered so that the browser's console names what
    /// is missing. A denied origin never learns anything.
    pub(super) fn grants(&self) -> bool {
        match self.outcome {
            Outcome::Allowed => true,
            Outcome::Refused(Rejection::MethodNotAllowed | Rejection::HeaderNotAllowed) => {
                self.policy.diagnostics
            }
            Outcome::OriginRefused | Outcome::Refused(_) => false,
        }
    }

    fn refused_for(&self, rejection: Rejection) -> bool {
        self.outcome == Outcome::Refused(rejection)
    }

    fn allow_origin(&self) -> FieldSource<'d> {
        match (self.named, self.request.origin(), &self.policy.origins) {
            (Named::Listed, _, Origins::One(origin)) => FieldSource::Policy(origin),
            (Named::Sender, Some(origin), _) => FieldSource::Origin(origin),
            _ => FieldSource::Static(Text::Any),
        }
    }

    fn allow_methods(&self) -> Option<FieldSource<'d>> {
        match &self.policy.lists.methods {
            Methods::Listed(list) if !list.is_empty() => Some(FieldSource::Policy(list.value())),
            // The browser must not take the refused method for granted. By the text of the
            // standard it does where there is no list at all and the use-CORS-preflight flag is
            // set (CORS-preflight fetch, step 7.4).
            _ if self.refused_for(Rejection::MethodNotAllowed) => {
                Some(FieldSource::Static(Text::SafelistedMethods))
            }
            Methods::Listed(_) => None,
            Methods::Any { credentials: false } => Some(FieldSource::Static(Text::Any)),
            Methods::Any { credentials: true } => {
                self.request.request_method().map(FieldSource::Request)
            }
        }
    }

    fn allow_headers(&self) -> Option<FieldSource<'d>> {
        match &self.policy.lists.headers {
            Names::Listed { list, .. } if list.is_empty() => None,
            Names::Listed { list, .. } => Some(FieldSource::Policy(list.value())),
            Names::Any { .. } if self.refused_for(Rejection::HeaderNotAllowed) => None,
            Names::Any { credentials: false, authorization: false } => {
                Some(FieldSource::Static(Text::Any))
            }
            Names::Any { credentials: false, authorization: true } => {
                Some(FieldSource::Static(Text::AnyAndAuthorization))
            }
            // Where a method was refused, the names have not been validated.
            Names::Any { .. } => self.is_allowed().then_some(FieldSource::Requested),
        }
    }
}
