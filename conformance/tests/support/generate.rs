//! Policies and requests close to the edges: few names, so that they meet often, and each in every
//! form in which it is nearly another.

use corsac::PolicyConfig;
use corsac_conformance::model::{ModelRequest, error_codes};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Hosts that share ends, and some that are none.
const HOSTS: [&str; 22] = [
    "a.com",
    "b.a.com",
    "c.b.a.com",
    "ba.com",
    "b-a.com",
    "a.com.evil.net",
    "a-com",
    "com",
    "co.uk",
    "x.co.uk",
    "y.x.co.uk",
    "localhost",
    "x.localhost",
    "127.0.0.1",
    "127.0.0.2",
    "1.2.3.4",
    "[::1]",
    "[2001:db8::1]",
    "a_b.a.com",
    "pr-1-shop.a.com",
    "pr--shop.a.com",
    "xn--bcher-kva.a.com",
];

const PATTERN_HOSTS: [&str; 12] = [
    "*.a.com",
    "*.b.a.com",
    "*.com",
    "*.co.uk",
    "*.x.co.uk",
    "*.localhost",
    "pr-*-shop.a.com",
    "*-shop.a.com",
    "b*.a.com",
    "*.b*.a.com",
    "*a.com",
    "*.pr-*.a.com",
];

/// What is nearly an origin or a pattern, and is none.
const ODDITIES: [&str; 65] = [
    "",
    "*",
    "null",
    "NULL",
    "https://",
    "https://.",
    "https://A.com",
    "HTTPS://a.com",
    "https://a.com/",
    "https://a.com/x",
    "https://a.com?",
    "https://a.com#",
    "https://a.com:443",
    "http://a.com:80",
    "https://a.com:0443",
    "https://a.com:65536",
    "https://a.com:",
    "https://a.com:x",
    "https://u@a.com",
    "https://a.com.",
    "https://.a.com",
    "https://a..com",
    "https://a.com..",
    "https://0x7f.1",
    "https://1.2.3",
    "https://1.2.3.4.",
    "https://01.2.3.4",
    "https://[::01]",
    "https://[::1",
    "https://[1:0:0:2:0:0:0:3]",
    "https://b\u{fc}cher.a.com",
    "https://xn--a.a.com",
    "https://*",
    "https://*.1.2.3.4",
    "https://a.*.com",
    "https://**.a.com",
    "https://*.a.com:8*",
    "http*://a.com",
    "file:///x",
    "a.com",
    "://a://b.com",
    "://a*.b://c.com",
    "https://xn--bcher-kvaxn--bcher-kva*2co.uk",
    "https://H*.bb\u{fc}b\u{fc}*._",
    "https://a.com, https://b.a.com",
    "https:// a.com",
    "https://:*a.com",
    "https://:*b.a.com:8443",
    "https://b.a.com:8443:*",
    "https://[::1]:8443:*",
    // A wildcard in the last label, once a browser has written the host.
    "tauri://*.\0",
    "https://*.\u{ad}",
    "https://pr-*.\u{ad}./",
    "https://*.a\u{ad}.com/",
    "https:///a.com",
    "http://\\/b.com:8080/x",
    "tauri:///a.com",
    "[http://a*.[::1]b",
    "https://*.[::1]",
    "a://\0*.1",
    "https://*.0X7F",
    "https://a.com\0 #/",
    "https://A.com :*",
    "https://:*//a.com",
    "tauri://a.com\\x",
];

fn scheme() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just("https"),
        3 => Just("http"),
        1 => select(vec!["ws", "wss", "ftp", "tauri", "chrome-extension"]),
    ]
}

fn port() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(""), 2 => select(vec![":8443", ":80", ":443", ":1", ":0", ":65535"])]
}

/// Mostly origins.
fn origin() -> impl Strategy<Value = String> {
    (scheme(), select(&HOSTS[..]), port())
        .prop_map(|(scheme, host, port)| format!("{scheme}://{host}{port}"))
}

fn pattern() -> impl Strategy<Value = String> {
    let port = prop_oneof![3 => port(), 1 => Just(":*")];
    let host = prop_oneof![3 => select(&PATTERN_HOSTS[..]), 1 => select(&HOSTS[..])];
    (scheme(), host, port).prop_map(|(scheme, host, port)| format!("{scheme}://{host}{port}"))
}

fn oddity() -> impl Strategy<Value = String> {
    select(&ODDITIES[..]).prop_map(str::to_owned)
}

fn method() -> impl Strategy<Value = String> {
    let known =
        select(vec!["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "put", "X"]);
    let odd = select(vec!["", "*", "P*", "PU T", "PUT,DELETE", "TRACE", "connect", "\u{fc}"]);
    prop_oneof![
        12 => known.prop_map(str::to_owned),
        2 => odd.prop_map(str::to_owned),
        1 => (63..67_usize).prop_map(|length| "M".repeat(length)),
    ]
}

const NAMES: [&str; 11] = [
    "x-a",
    "X-A",
    "x-ab",
    "x-abc",
    "y",
    "content-type",
    "Authorization",
    "accept",
    "x-b",
    "x_c",
    "*",
];

fn name() -> impl Strategy<Value = String> {
    let odd = select(vec![
        "",
        "x a",
        "x-*",
        "cookie",
        "Sec-X",
        "proxy-x",
        "access-control-max-age",
        "access-control-request-x",
        "set-cookie",
        "origin",
        "\u{fc}",
    ]);
    prop_oneof![
        12 => select(&NAMES[..]).prop_map(str::to_owned),
        2 => odd.prop_map(str::to_owned),
        1 => (127..131_usize).prop_map(|length| "n".repeat(length)),
    ]
}

/// `*`, or some of them.
fn list(
    member: impl Strategy<Value = String> + 'static,
    most: usize,
) -> impl Strategy<Value = Vec<String>> {
    prop_oneof![1 => Just(vec!["*".to_owned()]), 5 => vec(member, 0..most)]
}

/// Any document, most of them no policies.
pub(crate) fn any_policy() -> impl Strategy<Value = PolicyConfig> {
    let origins = prop_oneof![
        1 => list(prop_oneof![6 => origin(), 5 => pattern(), 4 => oddity()], 5),
        1 => list(prop_oneof![1 => origin(), 1 => pattern()], 5),
        // More than are compared in turn.
        1 => list(prop_oneof![1 => origin(), 1 => pattern()], 40),
    ];
    let headers = prop_oneof![
        4 => list(name(), 5),
        1 => Just(vec!["*".to_owned()]),
        1 => Just(vec!["*".to_owned(), "Authorization".to_owned()]),
    ];
    let max_age = option::of(prop_oneof![3 => select(vec![0, 5, 600, 86400]), 1 => any::<i64>()]);
    let status = prop_oneof![6 => Just(204), 2 => Just(200), 1 => any::<u16>()];
    (origins, list(method(), 4), headers, list(name(), 3), max_age, status, any::<[bool; 7]>())
        .prop_map(|(origins, methods, headers, expose, max_age, status, switches)| {
            let mut config = PolicyConfig::default();
            config.allow_origins = origins;
            config.allow_methods = methods;
            config.allow_headers = headers;
            config.expose_headers = expose;
            config.max_age = max_age;
            config.preflight_status = status;
            config.allow_credentials = switches[0];
            config.allow_private_network = switches[1];
            config.diagnostics = switches[2];
            config.dynamic_origins = switches[3];
            config.dangerously_allow_null_origin = switches[4];
            config.dangerously_allow_insecure_origins = switches[5];
            config.dangerously_allow_public_suffix_wildcards = switches[6];
            config
        })
}

/// A document without errors: whatever is wrong with it is taken out.
pub(crate) fn policy() -> impl Strategy<Value = PolicyConfig> {
    any_policy().prop_map(repair)
}

fn repair(mut config: PolicyConfig) -> PolicyConfig {
    loop {
        let errors = error_codes(&config);
        let Some((path, code)) = errors.last() else { return config };
        let (field, index) = match path.split_once('[') {
            Some((field, index)) => (field, index.trim_end_matches(']').parse().ok()),
            None => (path.as_str(), None::<usize>),
        };
        let list = match field {
            "allow_origins" => &mut config.allow_origins,
            "allow_methods" => &mut config.allow_methods,
            "allow_headers" => &mut config.allow_headers,
            "expose_headers" => &mut config.expose_headers,
            "max_age" => {
                config.max_age = None;
                continue;
            }
            _ => {
                config.preflight_status = 204;
                continue;
            }
        };
        match (index, *code) {
            (Some(index), _) => drop(list.remove(index)),
            (None, "origins-missing") => list.push("https://a.com".to_owned()),
            (None, "origin-any-with-credentials") => config.allow_credentials = false,
            // `*` beside others, or with credentials.
            (None, _) => list.retain(|member| member != "*"),
        }
    }
}

/// An origin near one that the policy lists, as bytes.
fn origin_near(config: &PolicyConfig) -> impl Strategy<Value = Vec<u8>> + use<> {
    let listed = config.allow_origins.clone();
    let near =
        (any::<Index>(), select(vec!["q", "1", "q-r", "pr-1", "q.r", "q_r", "", "*"]), 0..26_u8)
            .prop_map(move |(at, label, change)| {
                let listed =
                    if listed.is_empty() { "https://a.com" } else { at.get(&listed).as_str() };
                change_origin(&listed.replace(":*", ":1").replace('*', label), change)
            });
    prop_oneof![
        20 => near.prop_map(String::into_bytes),
        4 => origin().prop_map(String::into_bytes),
        2 => oddity().prop_map(String::into_bytes),
        1 => Just(b"null".to_vec()),
        1 => vec(any::<u8>(), 0..20),
        1 => (320..330_usize).prop_map(|length| {
            let mut origin = format!("https://{}.a.com", "a.".repeat(200)).into_bytes();
            origin.truncate(length);
            origin
        }),
    ]
}

fn change_origin(origin: &str, change: u8) -> String {
    match change {
        0 => format!("{origin}.evil.net"),
        1 => origin.replace("://", "://evil-"),
        2 => origin.replace("://", "://sub."),
        3 => origin.replace("https", "http"),
        4 => format!("{origin}:8443"),
        5 => format!("{origin}."),
        6 => format!("{origin}/"),
        7 => origin.to_uppercase(),
        8 => format!(" \t{origin} "),
        9 => origin.split_once('.').map_or(String::new(), |(_, rest)| format!("https://{rest}")),
        _ => origin.to_owned(),
    }
}

/// One line of Access-Control-Request-Headers.
fn line_near(config: &PolicyConfig) -> impl Strategy<Value = Vec<u8>> + use<> {
    let mut listed: Vec<String> = config.allow_headers.clone();
    listed.extend(["x-a".to_owned(), "x-zzz".to_owned(), "authorization".to_owned()]);
    let mut sorted: Vec<String> =
        config.allow_headers.iter().map(|name| name.to_lowercase()).collect();
    sorted.sort();
    sorted.dedup();
    let some_sorted = vec(any::<bool>(), sorted.len()).prop_map(move |keep| {
        let kept = sorted.iter().zip(keep).filter(|(_, keep)| *keep);
        kept.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",").into_bytes()
    });
    let element = (select(listed), 0..10_u8, any::<u8>()).prop_map(|(name, change, byte)| {
        let mut element = match change {
            0 => name.to_uppercase(),
            1 => format!(" {name}"),
            2 => format!("{name}\t "),
            3 => String::new(),
            4 => " ".to_owned(),
            5 => format!("{name}x"),
            _ => name,
        }
        .into_bytes();
        if change == 9 && byte < 64 {
            element.push(byte.wrapping_mul(5));
        }
        element
    });
    let over = prop_oneof![
        (15..19_usize).prop_map(|count| vec![b','; count]),
        (62..68_usize).prop_map(|count| [&vec![b' '; count][..], b"x-a"].concat()),
        (62..68_usize).prop_map(|count| [b"x-a", &vec![b'\t'; count][..], b"b"].concat()),
        (14..24_usize).prop_map(|count| b"x-a,".repeat(count)),
        (62..67_usize).prop_map(|count| b"x-q,".repeat(count)),
        (126..131_usize).prop_map(|length| vec![b'x'; length]),
        vec(any::<u8>(), 0..12),
    ];
    prop_oneof![
        4 => some_sorted,
        4 => vec(element, 0..6).prop_map(|elements| elements.join(&b',')),
        2 => over,
    ]
}

/// A request that the policy might well allow.
pub(crate) fn request_for(config: &PolicyConfig) -> impl Strategy<Value = ModelRequest> + use<> {
    let listed = config.allow_methods.clone();
    let asked = prop_oneof![
        5 => (any::<Index>()).prop_map(move |at| {
            if listed.is_empty() { "GET".to_owned() } else { at.get(&listed).clone() }
        }),
        2 => method(),
    ];
    let asked = asked.prop_map(String::into_bytes);
    let own = prop_oneof![
        20 => Just(b"OPTIONS".to_vec()),
        5 => Just(b"GET".to_vec()),
        1 => select(vec![b"options".to_vec(), b"OPTIONS ".to_vec(), b"".to_vec(), b"PUT".to_vec()]),
    ];
    let usually_one = |more: std::ops::Range<usize>| prop_oneof![20 => 1..2_usize, 2 => more];
    let origins = usually_one(0..3).prop_flat_map({
        let origin = origin_near(config).boxed();
        move |count| vec(origin.clone(), count)
    });
    let methods = usually_one(0..3).prop_flat_map(move |count| vec(asked.clone(), count));
    let lines = prop_oneof![8 => 0..3_usize, 1 => 3..19_usize].prop_flat_map({
        let line = line_near(config).boxed();
        move |count| vec(line.clone(), count)
    });
    let private = prop_oneof![
        6 => Just(vec![]),
        2 => Just(vec!["true"]),
        1 => select(vec![vec!["TRUE"], vec!["true", "true"], vec![""], vec![" true"], vec!["1"]]),
    ];
    (own, origins, methods, lines, private).prop_map(
        |(method, origins, methods, lines, private)| {
            let field = |name: &str, value: Vec<u8>| (name.to_owned(), value);
            let mut headers = vec![field("Host", b"a.com".to_vec())];
            headers.extend(origins.into_iter().map(|value| field("Origin", value)));
            let asked = "Access-Control-Request-Method";
            headers.extend(methods.into_iter().map(|value| field(asked, value)));
            let asked = "access-control-request-headers";
            headers.extend(lines.into_iter().map(|value| field(asked, value)));
            let asked = "Access-Control-Request-Private-Network";
            headers.extend(private.into_iter().map(|value| field(asked, value.into())));
            ModelRequest { method, headers }
        },
    )
}

/// A policy and a request to it.
pub(crate) fn exchange() -> impl Strategy<Value = (PolicyConfig, ModelRequest)> {
    policy().prop_flat_map(|config| {
        let request = request_for(&config);
        (Just(config), request)
    })
}
