//! [`judge`]: [main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch) and [HTTP
//! fetch](https://fetch.spec.whatwg.org/#concept-http-fetch), with responses that are given.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::time::Duration;

use super::check::{Problem, cors_check};
use super::console::{Scene, line};
use super::failure::Circumstances;
use super::request::{Request, Tainting, without_fragment};
use super::{
    Body, Browser, Failure, FailureCode, Fetch, Judgement, Message, Mode, Outcome, Phase,
    PreflightCache, Redirect, Response, ResponseType, Shared, Warning, header_list, preflight,
    redirect, request_header, response_header, warning,
};

/// What a browser does with these responses, given in the order in which it would ask for them.
///
/// It stops where it needs one that is not there. So a caller may begin with none, send what the
/// [`Judgement`] says comes next, and call again with one more. Responses that are left over are
/// not looked at. Nothing is remembered from one call to another; see [`judge_with_cache`].
///
/// ```
/// # let fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Outcome, Response, judge};
///
/// assert_eq!(judge(&fetch, &[], Browser::Fetch).outcome, Outcome::NeedsResponse);
/// let answer = Response::new(200).header("Access-Control-Allow-Origin", "https://app.example");
/// let judgement = judge(&fetch, &[answer], Browser::Fetch);
/// assert!(matches!(judgement.outcome, Outcome::Allow(_)));
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[must_use]
pub fn judge(fetch: &Fetch, responses: &[Response], browser: Browser) -> Judgement {
    Driver::new(fetch, responses, browser, None, Duration::ZERO).judge()
}

/// The same, with a cache of preflights, which is written to once the outcome is final. `now` is
/// the time for that cache.
///
/// ```
/// use std::time::Duration;
/// use corsac::fetch::{Browser, Fetch, Outcome, PreflightCache, Response, judge_with_cache};
///
/// let mut cache = PreflightCache::new();
/// let mut fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// fetch.set_method("PUT");
/// let preflight = Response::new(204)
///     .header("access-control-allow-origin", "*")
///     .header("access-control-allow-methods", "PUT")
///     .header("access-control-max-age", "60");
/// let answer = Response::new(200).header("access-control-allow-origin", "*");
/// let both = [preflight, answer.clone()];
/// judge_with_cache(&fetch, &both, Browser::Fetch, &mut cache, Duration::ZERO);
///
/// // The second time there is no preflight, for a minute.
/// let later = Duration::from_secs(59);
/// let judgement = judge_with_cache(&fetch, &[answer], Browser::Fetch, &mut cache, later);
/// assert!(matches!(judgement.outcome, Outcome::Allow(_)));
/// assert_eq!(judgement.sent.len(), 1);
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[must_use]
pub fn judge_with_cache(
    fetch: &Fetch,
    responses: &[Response],
    browser: Browser,
    cache: &mut PreflightCache,
    now: Duration,
) -> Judgement {
    let mut driver = Driver::new(fetch, responses, browser, Some(Cow::Borrowed(&*cache)), now);
    let judgement = driver.judge();
    if let (Some(Cow::Owned(written)), false) =
        (driver.cache, judgement.outcome == Outcome::NeedsResponse)
    {
        *cache = written;
    }
    judgement
}

struct Driver<'d> {
    fetch: &'d Fetch,
    browser: Browser,
    request: Request,
    responses: core::slice::Iter<'d, Response>,
    cache: Option<Cow<'d, PreflightCache>>,
    now: Duration,
    sent: Vec<Message>,
    warnings: Vec<Warning>,
    /// Whether some main fetch on the way made a CORS-preflight, or would have.
    with_preflight: bool,
    /// Whether what is remembered stays, although the fetch fails.
    keeps_cache: bool,
}

/// Why there is no response for script.
enum Stop {
    NeedsResponse,
    Failed(Box<Failure>),
}

impl<'d> Driver<'d> {
    fn new(
        fetch: &'d Fetch,
        responses: &'d [Response],
        browser: Browser,
        cache: Option<Cow<'d, PreflightCache>>,
        now: Duration,
    ) -> Self {
        Self {
            fetch,
            browser,
            request: Request::new(fetch, browser),
            responses: responses.iter(),
            cache,
            now,
            sent: Vec::new(),
            warnings: Vec::new(),
            with_preflight: false,
            keeps_cache: false,
        }
    }

    fn judge(&mut self) -> Judgement {
        let result = self.check_arguments().and_then(|()| self.main_fetch());
        let outcome = match result {
            Ok(shared) => Outcome::Allow(shared),
            Err(Stop::NeedsResponse) => Outcome::NeedsResponse,
            Err(Stop::Failed(failure)) => {
                // Main fetch, step 12: a network error after a preflight clears what is remembered.
                if self.with_preflight
                    && !self.keeps_cache
                    && let Some(cache) = &mut self.cache
                {
                    cache.to_mut().clear(self.browser, &self.request);
                }
                Outcome::Block(failure)
            }
        };
        Judgement {
            outcome,
            sent: core::mem::take(&mut self.sent),
            warnings: core::mem::take(&mut self.warnings),
        }
    }

    /// The [`Request` constructor](https://fetch.spec.whatwg.org/#dom-request), as far as it throws.
    fn check_arguments(&self) -> Result<(), Stop> {
        let Fetch { url, method, mode, body, .. } = self.fetch;
        let method_used = &self.request.method;
        let refuse = |problem: Problem| Err(self.fail(Phase::Plan, problem, None));
        if !url.username().is_empty() || url.password().is_some_and(|p| !p.is_empty()) {
            return refuse(Problem::new(FailureCode::UrlCredentials));
        }
        if !header_list::is_token(method) || super::is_forbidden_method(method) {
            return refuse(Problem::with(FailureCode::MethodForbidden, method.clone()));
        }
        if *mode == Mode::NoCors && !super::is_cors_safelisted_method(method_used) {
            return refuse(Problem::with(FailureCode::NoCorsMethod, method_used.clone()));
        }
        let has_no_body = matches!(method_used.as_slice(), b"GET" | b"HEAD");
        if (*body != Body::None && has_no_body) || (*body == Body::Stream && *mode == Mode::NoCors)
        {
            return refuse(Problem::new(FailureCode::BodyNotAllowed));
        }
        Ok(())
    }

    /// [Main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), once for each URL.
    fn main_fetch(&mut self) -> Result<Shared, Stop> {
        loop {
            // Step 12.
            let makes_preflight = self.choose_scheme_or_http()?;
            if self.request.current_url().scheme() == "data" {
                return Ok(data_url());
            }
            if let Some(response) = self.http_fetch(makes_preflight)? {
                return Ok(response);
            }
        }
    }

    /// Step 12 of main fetch: sets the response tainting, and says whether a preflight is to be made.
    fn choose_scheme_or_http(&mut self) -> Result<bool, Stop> {
        let request = &self.request;
        let url = request.current_url();
        let is_http = matches!(url.scheme(), "http" | "https");
        let is_own = request.origin.is_same_origin(url) && request.tainting == Tainting::Basic;
        let refuse = |code: FailureCode| {
            Err(self.fail(Phase::Plan, Problem::with(code, url.as_str()), None))
        };
        let tainting = if (is_own && is_http) || url.scheme() == "data" {
            Tainting::Basic
        } else if request.mode == Mode::SameOrigin {
            return refuse(FailureCode::ModeSameOrigin);
        } else if request.mode == Mode::NoCors && request.redirect != Redirect::Follow {
            return refuse(FailureCode::NoCorsRedirectMode);
        } else if !is_http {
            return refuse(FailureCode::SchemeNotHttp);
        } else if request.mode == Mode::NoCors {
            Tainting::Opaque
        } else {
            Tainting::Cors
        };
        // The unsafe-request flag is set for whatever script asks for.
        let makes_preflight = tainting == Tainting::Cors
            && (request.use_preflight
                || !super::is_cors_safelisted_method(&request.method)
                || !request_header::unsafe_names_in(self.browser, &request.headers).is_empty());
        self.request.tainting = tainting;
        self.with_preflight |= makes_preflight;
        Ok(makes_preflight)
    }

    /// [HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch). `None`, where a redirect is
    /// to be followed.
    fn http_fetch(&mut self, makes_preflight: bool) -> Result<Option<Shared>, Stop> {
        // Step 4.1.
        if makes_preflight && !self.is_remembered() {
            self.preflight_fetch()?;
        }
        // Step 4.3.
        let response = self.send(self.request.message())?;
        self.warnings.extend(warning::of_cookies(&self.request, response));
        // Step 4.4.
        if self.request.tainting == Tainting::Cors
            && let Err(problem) = cors_check(&self.request, &response.headers)
        {
            return Err(self.fail(Phase::Actual, problem, Some(response)));
        }
        // Step 6.
        if redirect::is_redirect_status(response.status) {
            match self.request.redirect {
                Redirect::Error => {
                    let problem = Problem::new(FailureCode::RedirectModeError);
                    return Err(self.fail(Phase::Actual, problem, Some(response)));
                }
                Redirect::Manual => {
                    return Ok(Some(Shared {
                        response_type: ResponseType::OpaqueRedirect,
                        status: 0,
                        exposed: None,
                    }));
                }
                Redirect::Follow => match redirect::follow(&mut self.request, response) {
                    Ok(true) => return Ok(None),
                    Ok(false) => {}
                    Err(problem) => {
                        return Err(self.fail(Phase::Actual, problem, Some(response)));
                    }
                },
            }
        }
        Ok(Some(self.filter(response)))
    }

    /// HTTP fetch, step 4.1: whether the cache has what the request needs.
    fn is_remembered(&self) -> bool {
        let Some(cache) = &self.cache else { return false };
        let Self { browser, request, now, .. } = self;
        let needs_method = !browser.needs_no_method_entry(&request.method) || request.use_preflight;
        let method = !needs_method || cache.method_matches(*browser, request, *now);
        let mut names = request_header::unsafe_names_in(*browser, &request.headers).into_iter();
        // In a request that needs neither there was nothing to remember.
        method && names.all(|name| cache.header_name_matches(*browser, request, &name, *now))
    }

    /// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0).
    fn preflight_fetch(&mut self) -> Result<(), Stop> {
        let message = preflight::build(self.browser, &self.request);
        let response = self.send(message)?;
        self.warnings.extend(warning::of_max_age(response));
        let (browser, now) = (self.browser, self.now);
        match preflight::check(browser, &self.request, response) {
            Ok(grant) => {
                if browser.wildcard_covers_authorization()
                    && preflight::relies_on_wildcard_for_authorization(&self.request, &grant)
                {
                    self.warnings.push(warning::of_authorization());
                }
                if let Some(cache) = &mut self.cache {
                    cache.to_mut().store(browser, &self.request, &grant, now);
                }
                Ok(())
            }
            Err(problem) => {
                let granted = preflight::granted_all_the_same(browser, &self.request, response);
                if let (Some(cache), Some(grant)) = (&mut self.cache, granted) {
                    cache.to_mut().store(browser, &self.request, &grant, now);
                    self.keeps_cache = true;
                }
                Err(self.fail(Phase::Preflight, problem, Some(response)))
            }
        }
    }

    /// Sends a message and takes the response to it.
    fn send(&mut self, message: Message) -> Result<&'d Response, Stop> {
        self.sent.push(message);
        self.responses.next().ok_or(Stop::NeedsResponse)
    }

    /// Main fetch, step 14: the [filtered
    /// response](https://fetch.spec.whatwg.org/#concept-filtered-response).
    fn filter(&self, response: &Response) -> Shared {
        let headers = &response.headers;
        let (response_type, status, exposed) = match self.request.tainting {
            Tainting::Basic => {
                (ResponseType::Basic, response.status, Some(response_header::of_basic(headers)))
            }
            Tainting::Cors => {
                let exposed =
                    response_header::of_cors(headers, self.request.includes(), self.browser);
                (ResponseType::Cors, response.status, Some(exposed))
            }
            Tainting::Opaque => (ResponseType::Opaque, 0, None),
        };
        Shared { response_type, status, exposed }
    }

    fn fail(&self, during: Phase, problem: Problem, response: Option<&Response>) -> Stop {
        let request = &self.request;
        let scene =
            Scene { request, response, during, initiator: self.fetch.initiator, problem: &problem };
        let console = Browser::ENGINES.map(|browser| line(browser, &scene));
        Stop::Failed(Box::new(Failure {
            code: problem.code,
            during,
            circumstances: Circumstances {
                url: without_fragment(request.current_url()).to_string(),
                origin: request.serialized_origin().to_string(),
                is_redirect_tainted: request.is_redirect_tainted(),
                includes: request.includes(),
                method: String::from_utf8_lossy(&request.method).into_owned(),
                status: response.map(|response| response.status),
            },
            value: problem.value,
            console,
        }))
    }
}

/// [Scheme fetch](https://fetch.spec.whatwg.org/#scheme-fetch) of a `data:` URL, which needs nobody.
fn data_url() -> Shared {
    Shared {
        response_type: ResponseType::Basic,
        status: 200,
        exposed: Some(Vec::from(["content-type".to_string()])),
    }
}
