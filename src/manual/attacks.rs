//! How CORS is attacked, and what prevents it here.
//!
//! The attacker has a page, and a victim with a session at your server visits it. The page sends
//! requests with the victim's cookies. What is left to win is to read the answers, or to send what
//! a form cannot (`PUT`, `application/json`, headers of one's own). Every attack makes a server
//! grant that to an origin that it did not mean.
//!
//! Each row is held by the tests named in it, in `conformance/tests/advisories.rs` of the
//! repository, after advisories against other implementations.
//!
//! | attack | elsewhere | here | test |
//! |---|---|---|---|
//! | **Everybody, with credentials.** The server gives back any origin, and allows credentials. | a switch, or `*` that becomes a reflection | no policy at all: `origin-any-with-credentials` | `s1_any_origin_with_credentials_is_no_policy`, `s2_any_origin_is_a_star_and_no_reflection`, `s3_an_unlisted_origin_is_never_reflected` |
//! | **A longer origin.** `https://example.com.evil.net`, `https://evilexample.com` | expressions without anchors, `ends_with` | patterns are parsed, and match whole labels of a parsed origin | `s4_a_wildcard_is_a_whole_label_or_within_one`, `s5_a_wildcard_in_a_path_is_no_pattern`, `s6_a_wildcard_at_an_end_is_no_pattern`, `s7_an_origin_is_no_prefix`, `s8_every_member_of_a_list_is_anchored`, `s9_a_dot_is_a_dot`, `s10_subdomains_are_whole_labels_and_one_at_least`, `s11_origins_that_share_an_end_stay_apart` |
//! | **An unescaped dot.** `https://apiXexample.com` | `api.example.com` as an expression | there are no expressions | `s9_a_dot_is_a_dot` |
//! | **`null`.** Any sandboxed frame has it. | listed for local files; an `or` for an `and` | an error, unless its `dangerously_…` switch is set | `s15_null_is_nobody` |
//! | **A subdomain that is somebody else's.** `https://*.github.io` | taken | an error with credentials, by the public suffix list | `s28_a_public_suffix_is_everybodys` |
//! | **A network in between.** A page of `http://app.example.com`, by whoever runs the Wi-Fi | taken | an error with credentials, but for loopback | `s26_another_scheme_is_another_origin`, `s27_credentials_want_transport_security` |
//! | **What is no origin.** `https://user@…`, two at once, bytes that are no text | echoed; a panic | parsed strictly, or refused; never echoed | `s24_no_bytes_bring_it_down`, `s25_an_origin_has_one_form` |
//! | **A poisoned cache.** One origin's answer, kept and handed to another | no `Vary`, or not on refusals | `Vary` follows from the policy; see [`caches`](super::caches) | `s22_vary_is_the_policys_own`, `s30_every_answer_varies_by_origin_or_none_does`, `s31_a_preflight_names_all_that_its_answer_depends_on` |
//! | **A grant in two halves.** The handler allows an origin, the layer credentials | fields are left on a refused response | a refused response has none, whoever set them | `s29_nobody_elses_grant_survives` |
//! | **Falling open.** A list that is empty or wrong | means everybody | an error | `s13_a_string_is_no_list`, `s39_nothing_falls_open` |
//! | **Work.** A mebibyte of commas or spaces in `Access-Control-Request-Headers` | quadratic, or allocated | refused after a bounded number of bytes, without an allocation | `s19_empty_elements_run_out`, `s20_whitespace_runs_out` |
//! | **A forged log.** Line breaks in `Origin` | written as they came | escaped wherever they are shown | `s17_what_a_log_shows_is_escaped` |
//! | **A handler that runs for a preflight.** | called before the check | a preflight has a status to answer with at once | `s32_no_handler_sees_a_preflight` |
//! | **A path that two parts read differently.** `/Admin`, `/a/../b` | the library matches paths | it does not: choose by the matched route, see [`routes`](super::routes) | |
//!
//! # What it does not prevent
//!
//! A *forged request*: the page does not read the answer, and the change is made all the same. CORS
//! has no say in what a form can send. Use `SameSite` cookies, tokens, or
//! [`Policy::check_origin`](crate::Policy::check_origin) on whatever changes something:
//!
//! ```
//! use corsac::Policy;
//!
//! let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
//! /// Whether a request that changes something may go on.
//! fn may_change(policy: &Policy, origin: Option<&[u8]>) -> bool {
//!     // Browsers send Origin with every POST. A program that sends none has no victim's cookies.
//!     origin.is_none_or(|origin| policy.check_origin(origin).is_allowed())
//! }
//! assert!(may_change(&policy, Some(b"https://app.example.com")));
//! assert!(!may_change(&policy, Some(b"https://evil.example")));
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! A *hole in an allowed origin*: whoever runs script in a page that you allow, by an injection or
//! by a subdomain that was let go, reads what that page could. List the origins that need it, not
//! all that you own.
//!
//! A *reader that is no browser*. `curl` asks nobody. What must not be read needs authentication.
