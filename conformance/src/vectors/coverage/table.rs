//! The table of steps.

use super::{Algorithm, Row};

/// A step that cases are to rest on.
const fn row(step: &'static str, text: &'static str) -> Row {
    Row { step, text, excepted: None }
}

/// A step that none can, and why.
const fn except(step: &'static str, text: &'static str, why: &'static str) -> Row {
    Row { step, text, excepted: Some(why) }
}

const VARIABLE: &str = "nothing of it can be observed: it sets a variable";

/// The algorithms of the Fetch standard that CORS consists of.
pub const ALGORITHMS: &[Algorithm] = &[
    Algorithm {
        name: "CORS request",
        anchor: "https://fetch.spec.whatwg.org/#cors-request",
        steps: &[],
    },
    Algorithm {
        name: "CORS-preflight request",
        anchor: "https://fetch.spec.whatwg.org/#cors-preflight-request",
        steps: &[],
    },
    Algorithm {
        name: "HTTP responses: what makes one successful",
        anchor: "https://fetch.spec.whatwg.org/#http-responses",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Request-Method",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-request-method",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Request-Headers",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-request-headers",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Allow-Origin",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-allow-origin",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Allow-Credentials",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-allow-credentials",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Allow-Methods",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-allow-methods",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Allow-Headers",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-allow-headers",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Max-Age",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-max-age",
        steps: &[],
    },
    Algorithm {
        name: "Access-Control-Expose-Headers",
        anchor: "https://fetch.spec.whatwg.org/#http-access-control-expose-headers",
        steps: &[],
    },
    Algorithm {
        name: "HTTP new-header syntax",
        anchor: "https://fetch.spec.whatwg.org/#http-new-header-syntax",
        steps: &[],
    },
    Algorithm {
        name: "CORS protocol and credentials",
        anchor: "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
        steps: &[],
    },
    Algorithm {
        name: "CORS protocol and HTTP caches",
        anchor: "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches",
        steps: &[],
    },
    Algorithm {
        name: "CORS protocol exceptions",
        anchor: "https://fetch.spec.whatwg.org/#cors-protocol-exceptions",
        steps: &[],
    },
    Algorithm {
        name: "Origin header",
        anchor: "https://fetch.spec.whatwg.org/#origin-header",
        steps: &[],
    },
    Algorithm {
        name: "Normalize a method",
        anchor: "https://fetch.spec.whatwg.org/#concept-method-normalize",
        steps: &[],
    },
    Algorithm {
        name: "CORS-safelisted method",
        anchor: "https://fetch.spec.whatwg.org/#cors-safelisted-method",
        steps: &[],
    },
    Algorithm {
        name: "Forbidden method",
        anchor: "https://fetch.spec.whatwg.org/#forbidden-method",
        steps: &[],
    },
    Algorithm {
        name: "CORS-safelisted request-header",
        anchor: "https://fetch.spec.whatwg.org/#cors-safelisted-request-header",
        steps: &[
            row("1", "a value of more than 128 bytes is not safelisted"),
            row("2 accept", "no unsafe byte"),
            row("2 accept-language", "accept-language and content-language: a set of bytes"),
            row("2 content-type 1", "no unsafe byte"),
            row("2 content-type 3", "a MIME type"),
            row("2 content-type 4", "one of three essences"),
            row("2 range 2", "a single range"),
            row("2 range 3", "a range with a start"),
            row("2 otherwise", "no other name"),
            row("3", "all else is safelisted"),
        ],
    },
    Algorithm {
        name: "CORS-unsafe request-header byte",
        anchor: "https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte",
        steps: &[],
    },
    Algorithm {
        name: "CORS-unsafe request-header names",
        anchor: "https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names",
        steps: &[
            except("1", "a list", VARIABLE),
            except("2", "a list", VARIABLE),
            except("3", "a size", VARIABLE),
            row("4.1", "what is not safelisted is unsafe"),
            row("4.2", "the lengths of safelisted values add up"),
            row("5", "more than 1024 bytes in all are unsafe"),
            row("6", "sorted, in lower case, each once"),
        ],
    },
    Algorithm {
        name: "CORS non-wildcard request-header name",
        anchor: "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name",
        steps: &[],
    },
    Algorithm {
        name: "CORS-safelisted response-header name",
        anchor: "https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name",
        steps: &[],
    },
    Algorithm {
        name: "No-CORS-safelisted request-header",
        anchor: "https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header",
        steps: &[
            row("1", "no other name than the four"),
            row("2", "whether it is CORS-safelisted"),
        ],
    },
    Algorithm {
        name: "Forbidden request-header",
        anchor: "https://fetch.spec.whatwg.org/#forbidden-request-header",
        steps: &[
            row("1", "names that script cannot set"),
            row("2", "proxy- and sec-"),
            row("3", "a method override to a forbidden method"),
            row("4", "no others"),
        ],
    },
    Algorithm {
        name: "Forbidden response-header name",
        anchor: "https://fetch.spec.whatwg.org/#forbidden-response-header-name",
        steps: &[],
    },
    Algorithm {
        name: "Request-body-header name",
        anchor: "https://fetch.spec.whatwg.org/#request-body-header-name",
        steps: &[],
    },
    Algorithm {
        name: "Extract header values",
        anchor: "https://fetch.spec.whatwg.org/#extract-header-values",
        steps: &[],
    },
    Algorithm {
        name: "Extract header list values",
        anchor: "https://fetch.spec.whatwg.org/#extract-header-list-values",
        steps: &[
            row("1", "null where the header is absent"),
            row("2", "one header where the grammar allows one"),
            except("3", "a list", VARIABLE),
            row("4.1", "each line by its grammar"),
            row("4.2", "one bad line fails all"),
            row("4.3", "the values of all lines, in order"),
            row("5", "the values"),
        ],
    },
    Algorithm {
        name: "Get a value from a header list",
        anchor: "https://fetch.spec.whatwg.org/#concept-header-list-get",
        steps: &[
            row("1", "null where the header is absent"),
            row("2", "the lines joined with a comma and a space"),
        ],
    },
    Algorithm {
        name: "Parse a single range header value",
        anchor: "https://fetch.spec.whatwg.org/#simple-range-header-value",
        steps: &[],
    },
    Algorithm {
        name: "Redirect-taint",
        anchor: "https://fetch.spec.whatwg.org/#concept-request-tainted-origin",
        steps: &[
            except("1", "an assertion", VARIABLE),
            except("2", "a variable", VARIABLE),
            row("3", "same-origin where no redirect led away"),
            row("4.1", "the first URL taints nothing"),
            row("4.2", "from another site to another one: tainted"),
            row("4.3", "from another origin of the site to another one: tainted as well"),
            row("4.4", "the next URL is held against this one"),
            row("5", "the taint of all"),
        ],
    },
    Algorithm {
        name: "Serialize a request origin",
        anchor: "https://fetch.spec.whatwg.org/#serializing-a-request-origin",
        steps: &[
            except("1", "an assertion", VARIABLE),
            row("2", "null where the request is redirect-tainted"),
            row("3", "the origin, serialized"),
        ],
    },
    Algorithm {
        name: "Append a request Origin header",
        anchor: "https://fetch.spec.whatwg.org/#append-a-request-origin-header",
        steps: &[
            except("1", "an assertion", VARIABLE),
            except("2", "the serialized origin", VARIABLE),
            row("3", "always under the tainting cors"),
            row("4", "otherwise unless the method is GET or HEAD"),
            row("4.1", "not cors: the referrer policy may make it null"),
            row("4.2", "it is appended"),
        ],
    },
    Algorithm {
        name: "Request constructor",
        anchor: "https://fetch.spec.whatwg.org/#dom-request",
        steps: &[
            row("5.3", "no user name or password in the URL"),
            row("25.2", "no forbidden method"),
            row("25.3", "the method is normalized"),
            row("32.1", "no-cors: a safelisted method"),
            row("35", "no body with GET or HEAD"),
        ],
    },
    Algorithm {
        name: "Headers: append",
        anchor: "https://fetch.spec.whatwg.org/#concept-headers-append",
        steps: &[],
    },
    Algorithm {
        name: "Main fetch",
        anchor: "https://fetch.spec.whatwg.org/#concept-main-fetch",
        steps: &[
            row("12 basic", "of the page's own origin, with no other tainting yet; or a data: URL"),
            row("12 same-origin", "mode same-origin: another origin fails"),
            row("12 no-cors 1", "mode no-cors: redirects are followed or it fails"),
            row("12 no-cors 2", "mode no-cors: the tainting is opaque"),
            row("12 scheme", "another origin by no HTTP(S) scheme fails"),
            row("12 preflight", "the flag, the method or a header asks for a preflight"),
            row("12 preflight 3", "a failure after it clears the cache entries"),
            row("12 cors", "otherwise the tainting is cors"),
            row("14.1.1", "the list of exposed names is extracted"),
            row("14.1.2", "without credentials * exposes all"),
            row("14.1.3", "otherwise it is as it is written"),
            row("14.2", "the filtered response of the tainting"),
        ],
    },
    Algorithm {
        name: "CORS filtered response",
        anchor: "https://fetch.spec.whatwg.org/#concept-filtered-response-cors",
        steps: &[],
    },
    Algorithm {
        name: "Basic filtered response",
        anchor: "https://fetch.spec.whatwg.org/#concept-filtered-response-basic",
        steps: &[],
    },
    Algorithm {
        name: "Opaque filtered response",
        anchor: "https://fetch.spec.whatwg.org/#concept-filtered-response-opaque",
        steps: &[],
    },
    Algorithm {
        name: "Opaque-redirect filtered response",
        anchor: "https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect",
        steps: &[],
    },
    Algorithm {
        name: "HTTP fetch",
        anchor: "https://fetch.spec.whatwg.org/#concept-http-fetch",
        steps: &[
            row("4.1 method", "a method without an entry asks for a preflight"),
            row("4.1 flag", "with the use-CORS-preflight flag so does a safelisted method"),
            row("4.1 header", "a header name without an entry asks for a preflight"),
            row("4.1.1", "the preflight goes first"),
            row("4.1.2", "where it fails, the request is not sent"),
            row("4.3", "the request is sent"),
            row("4.4", "the CORS check, under the tainting cors, of every response"),
            row("6.3 error", "redirect mode error: it fails"),
            row("6.3 manual", "redirect mode manual: an opaque redirect"),
            row("6.3 follow", "redirect mode follow"),
        ],
    },
    Algorithm {
        name: "Location URL",
        anchor: "https://fetch.spec.whatwg.org/#concept-response-location-url",
        steps: &[
            row("1", "only of a redirect status"),
            row("2", "one Location"),
            row("3", "parsed with the response's URL"),
            except(
                "4",
                "with the fragment of the request",
                "a fragment is not sent, and what script sees of it is the response's URL, which is not in the format",
            ),
            row("5", "the URL"),
        ],
    },
    Algorithm {
        name: "HTTP-redirect fetch",
        anchor: "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch",
        steps: &[
            row("3", "the location URL"),
            row("4", "no Location: the redirect is the response"),
            row("5", "a Location that is no URL fails"),
            row("6", "no HTTP(S) scheme fails"),
            row("7", "20 redirects and no more"),
            row("8", "each is counted"),
            row("9", "no user name or password across origins"),
            row("10", "nor back to the page's own origin from another"),
            row("11", "a stream cannot be sent again"),
            row("12", "POST becomes GET at 301 and 302, all but GET and HEAD at 303"),
            row("12.1", "method GET and no body"),
            row("12.2", "the body's headers go"),
            row("13", "Authorization goes where the origin changes"),
            row("18", "the URL is appended"),
            row("22", "main fetch again, with its tainting"),
        ],
    },
    Algorithm {
        name: "CORS-preflight fetch",
        anchor: "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0",
        steps: &[
            row("1", "OPTIONS to the same URL"),
            except(
                "2",
                "Accept: */*",
                "messages in the format hold what CORS decides, and Accept decides nothing",
            ),
            row("3", "Access-Control-Request-Method"),
            row("4", "the unsafe names"),
            row("5", "no Access-Control-Request-Headers where there are none"),
            row("5.1", "joined with a comma and no space"),
            row("5.2", "Access-Control-Request-Headers"),
            row("6", "it is sent, and redirects are not followed"),
            row("7", "the CORS check of the request, with its credentials mode, and an ok status"),
            row("7.1", "the methods"),
            row("7.2", "the header names"),
            row("7.3", "what cannot be parsed fails"),
            row("7.4", "no methods, and the use-CORS-preflight flag: the request's method"),
            row("7.5", "the method is listed, safelisted, or covered by * without credentials"),
            row("7.6", "Authorization is listed by name"),
            row("7.7", "each unsafe name is listed, or covered by * without credentials"),
            row("7.8", "the max-age is extracted"),
            row("7.9", "5 seconds where there is none, or no number"),
            row("7.10", "the browser's limit"),
            except(
                "7.11",
                "a browser may have no cache",
                "a browser without a cache asks every time, which the first request of each sequence shows already",
            ),
            row("7.12", "an entry for the method gets the new max-age"),
            row("7.13", "or is made"),
            row("7.14", "an entry for the header name gets the new max-age"),
            row("7.15", "or is made"),
            row("7.16", "the response"),
            row("8", "otherwise it fails"),
        ],
    },
    Algorithm {
        name: "CORS-preflight cache: create a new entry",
        anchor: "https://fetch.spec.whatwg.org/#concept-cache-create-entry",
        steps: &[],
    },
    Algorithm {
        name: "CORS-preflight cache: clear entries",
        anchor: "https://fetch.spec.whatwg.org/#concept-cache-clear",
        steps: &[],
    },
    Algorithm {
        name: "CORS-preflight cache: entry match",
        anchor: "https://fetch.spec.whatwg.org/#concept-cache-match",
        steps: &[],
    },
    Algorithm {
        name: "CORS-preflight cache: method entry match",
        anchor: "https://fetch.spec.whatwg.org/#concept-cache-match-method",
        steps: &[],
    },
    Algorithm {
        name: "CORS-preflight cache: header-name entry match",
        anchor: "https://fetch.spec.whatwg.org/#concept-cache-match-header",
        steps: &[],
    },
    Algorithm {
        name: "CORS-preflight cache: removal after max-age",
        anchor: "https://fetch.spec.whatwg.org/#concept-cache-max-age",
        steps: &[],
    },
    Algorithm {
        name: "CORS check",
        anchor: "https://fetch.spec.whatwg.org/#concept-cors-check",
        steps: &[
            row("1", "all lines of Access-Control-Allow-Origin"),
            row("2", "none: it fails"),
            row("3", "without credentials * is enough"),
            row("4", "the serialized origin, to the byte"),
            row("5", "without credentials that is enough"),
            row("6", "all lines of Access-Control-Allow-Credentials"),
            row("7", "true, to the byte"),
            row("8", "anything else fails"),
        ],
    },
];

/// Other places that a case can rest on; they are not counted by steps.
pub const OTHERS: &[(&str, &str)] = &[
    (
        "https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin",
        "Serialization of an origin",
    ),
    ("https://html.spec.whatwg.org/multipage/browsers.html#same-origin", "Same origin"),
    ("https://url.spec.whatwg.org/#host-serializing", "Host serializer"),
    ("https://url.spec.whatwg.org/#concept-ipv4-serializer", "IPv4 serializer"),
    ("https://url.spec.whatwg.org/#concept-ipv6-serializer", "IPv6 serializer"),
    ("https://url.spec.whatwg.org/#default-port", "Default ports"),
    ("https://url.spec.whatwg.org/#concept-domain-to-ascii", "Domain to ASCII"),
    ("https://www.rfc-editor.org/rfc/rfc6454#section-6.2", "ASCII serialization of an origin"),
    ("https://www.rfc-editor.org/rfc/rfc6454#section-7.1", "Origin header: syntax"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-5.1", "Field names"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-5.3", "Field order: several lines"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-5.5", "Field values"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1", "Lists"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2", "Tokens"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-9.1", "Methods: case-sensitive"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7", "OPTIONS"),
    ("https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5", "Vary"),
    ("https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2", "delta-seconds"),
    ("https://www.rfc-editor.org/rfc/rfc9111#section-4.1", "Cache keys with Vary"),
    ("https://wicg.github.io/private-network-access/#headers", "Private Network Access headers"),
    ("https://mimesniff.spec.whatwg.org/#parse-a-mime-type", "Parse a MIME type"),
    ("https://publicsuffix.org/list/", "The public suffix list"),
];
