/*
 * corsac decides CORS: a policy and a request in, the exact response fields or a typed rejection out.
 *
 * A policy is made once, from a document, and may be shared by any number of threads. A decision is
 * made once for each thread or request and evaluated into again and again. What a function returns
 * is yours to free where it says so; every other pointer belongs to the handle that it was read off.
 * No function unwinds into its caller. Out of memory, the process is aborted.
 *
 * MIT OR Apache-2.0.
 */

#ifndef CORSAC_H
#define CORSAC_H

/* Made from the Rust source: `UPDATE_HEADER=1 cargo test -p corsac-capi --test header`. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The version of this interface. It grows when a program that was compiled against an older header
// would no longer work; additions do not change it.
#define CORSAC_ABI_VERSION 1

// The class of a request.
enum corsac_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Nothing has been decided: the handle is new or `NULL`, or the evaluation failed.
  CORSAC_KIND_UNDECIDED = 0,
  // It has no `Origin`: run the handler, and put the fields on its response.
  CORSAC_KIND_NOT_CORS = 1,
  // It has an `Origin` and is not a preflight: the same; or answer 403 if it is refused and you
  // choose to.
  CORSAC_KIND_ACTUAL = 2,
  // A preflight: answer now with `corsac_decision_status` and the fields, without the handler.
  CORSAC_KIND_PREFLIGHT = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum corsac_kind corsac_kind;
#else
typedef int32_t corsac_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// How a call went. Zero is well, and every error is negative.
enum corsac_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // It did what it says. For an evaluation that means that there is a decision, not that the
  // request is allowed.
  CORSAC_STATUS_OK = 0,
  // A pointer is `NULL` where there must be something.
  CORSAC_STATUS_NULL = -1,
  // A length, or a count of fields, is greater than any object: a negative number, perhaps.
  CORSAC_STATUS_LENGTH = -2,
  // The document is no policy. The findings say why, all of it.
  CORSAC_STATUS_POLICY = -3,
  // A fault of this library, which was caught. Please report it.
  CORSAC_STATUS_INTERNAL = -4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum corsac_status corsac_status;
#else
typedef int32_t corsac_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a policy says to a request. It copies what it tells, so it needs neither the policy nor the
// request any more, and its memory is used again by the next evaluation into it.
//
// One thread at a time may use it: keep one for each worker, or one for each request.
typedef struct corsac_decision corsac_decision;

// All findings about a policy document, the errors before the warnings.
typedef struct corsac_findings corsac_findings;

// What a server grants to whom, compiled and immutable. Any number of threads may use one handle at
// once, without a lock; only `corsac_policy_free` must come last. To change a policy while a server
// runs, make another and give it to the requests that come next.
typedef struct corsac_policy corsac_policy;

// A field of a request or of a response. A pointer whose length is zero is not followed.
typedef struct corsac_field {
  // The name, in whatever case.
  const char *name;
  // The length of the name.
  size_t name_len;
  // The value, as it arrived.
  const char *value;
  // The length of the value.
  size_t value_len;
} corsac_field;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the library's interface, to be held against the header's `CORSAC_ABI_VERSION`.
uint32_t corsac_abi_version(void);

// The version of the library, such as `0.1.0`. A static string.
const char *corsac_version(void);

// The names of the response fields that belong to CORS, by number from 0: lower case, static
// strings; `NULL` after the last. Remove every one from a response before a decision's own fields
// are put on it, so that nobody else's grant survives beside them.
const char *corsac_owned_field(size_t index);

// Whether a field's name, in whatever case, is one of those that belong to CORS.
//
// # Safety
// `name` points to `name_len` bytes, or is anything if that is zero.
bool corsac_is_owned_field(const char *name, size_t name_len);

// A new decision, about nothing yet. Yours: give it to `corsac_decision_free`. `NULL` after a fault
// of this library only.
struct corsac_decision *corsac_decision_new(void);

// Ends a decision, and with it every pointer that was read off it. `NULL` is nothing.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`, and is not used again.
void corsac_decision_free(struct corsac_decision *decision);

// The class of the request.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`.
corsac_kind corsac_decision_kind(const struct corsac_decision *decision);

// Whether the policy allows the request, or CORS has no say. `false` where nothing was decided.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`.
bool corsac_decision_allowed(const struct corsac_decision *decision);

// The status to answer a preflight with now, without the handler. 0: run the handler, and put the
// fields on its response.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`.
uint16_t corsac_decision_status(const struct corsac_decision *decision);

// Why the request is refused: a stable code such as `origin-not-allowed`, a static string. `NULL`
// if it is allowed, and where nothing was decided.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`.
const char *corsac_decision_rejection(const struct corsac_decision *decision);

// Why the request is refused: a sentence for a log, with the bytes at fault escaped so that no
// terminal obeys them. `NULL` if it is allowed, and where nothing was decided. The decision's:
// valid until the next evaluation into it.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`.
const char *corsac_decision_message(const struct corsac_decision *decision);

// The bytes for which the request was refused, at most 128 of them, as they came: hostile, perhaps
// with a NUL among them, and so not for a log as they are. Returns how many there are, and, unless
// `bytes` is `NULL`, writes there where they lie; `NULL` if there are none to show. The decision's:
// valid until the next evaluation into it.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`; `bytes` is `NULL` or can be written to.
size_t corsac_decision_offending(const struct corsac_decision *decision, const char **bytes);

// The fields to put on the response, by number from 0, always in the same order:
//
// ```c
// corsac_field field;
// for (size_t i = 0; corsac_decision_field(decision, i, &field); i++) { ... }
// ```
//
// `false` after the last, and `field` is then empty. Names are in lower case, values are printable
// ASCII, and each has a NUL after it which its length does not count. Merge the field `vary` with
// what the response says there already (`corsac_missing_from_vary`), and set every other. The
// decision's: valid until the next evaluation into it.
//
// # Safety
// `decision` is `NULL` or came from `corsac_decision_new`; `field` is `NULL` or can be written to.
bool corsac_decision_field(const struct corsac_decision *decision,
                           size_t index,
                           struct corsac_field *field);

// Decides about a request and writes the decision into `decision`, in the place of what was there.
//
// Give it the method and all fields of the request in the order in which they arrived, repeats
// included; those that CORS does not read are passed over. Nothing of the request is kept. The
// policy may be shared: any number of threads may evaluate under it at once. The work is bounded by
// the policy, however large the values.
//
// If it does not return `CORSAC_STATUS_OK`, nothing has been decided, and so nothing is allowed.
//
// # Safety
// `policy` came from this library, and so did `decision`, which nobody else uses meanwhile.
// `method` points to `method_len` bytes, `fields` to `field_count` fields, and their names and
// values to as many bytes as they say. Each may be `NULL`: an error, or nothing if the length is
// zero.
corsac_status corsac_evaluate(const struct corsac_policy *policy,
                              const char *method,
                              size_t method_len,
                              const struct corsac_field *fields,
                              size_t field_count,
                              struct corsac_decision *decision);

// The same for a request whose origin you have looked up yourself: in a database, over the network,
// however long that took. The policy decides about everything else.
//
// `origin_allowed` stands in the place of the policy's `allow_origins`; zero is no. An origin that no
// browser sends is refused all the same, and so is `null` unless the policy lists it. A policy for
// such use alone sets `dynamic_origins` and lists none.
//
// # Safety
// As for `corsac_evaluate`.
corsac_status corsac_evaluate_with(const struct corsac_policy *policy,
                                   const char *method,
                                   size_t method_len,
                                   const struct corsac_field *fields,
                                   size_t field_count,
                                   int32_t origin_allowed,
                                   struct corsac_decision *decision);

// How many findings keep the policy from being made.
//
// # Safety
// `findings` is `NULL` or came from this library.
size_t corsac_findings_errors(const struct corsac_findings *findings);

// How many findings tell of what is probably not meant, or not needed.
//
// # Safety
// `findings` is `NULL` or came from this library.
size_t corsac_findings_warnings(const struct corsac_findings *findings);

// A line for each finding, with its place, its value, and what to write instead; a log or a terminal
// may be given it as it is. UTF-8 with a NUL at its end, empty if there is nothing to say; `NULL` for
// `NULL`. The findings': valid until they are freed.
//
// # Safety
// `findings` is `NULL` or came from this library.
const char *corsac_findings_text(const struct corsac_findings *findings);

// The findings for programs, as `corsac lint --json` has them: an object of `errors` and `warnings`,
// each a list of objects with `code`, `path`, `value`, `message` and `suggestion`. A document that
// cannot be read at all is one error, `document-invalid`. UTF-8 with a NUL at its end; `NULL` for
// `NULL`. The findings': valid until they are freed.
//
// # Safety
// `findings` is `NULL` or came from this library.
const char *corsac_findings_json(const struct corsac_findings *findings);

// Ends findings, and with them their texts. `NULL` is nothing.
//
// # Safety
// `findings` is `NULL` or came from this library, and is not used again.
void corsac_findings_free(struct corsac_findings *findings);

// Makes a policy from a JSON document: an object with the fields that `corsac schema` describes,
// each of which may be left out but `allow_origins`.
//
// `*policy` is yours: give it to `corsac_policy_free`. It is `NULL` unless `CORSAC_STATUS_OK` is
// returned. Unless `findings` is `NULL`, all that there is to say about the document is written
// there, warnings about a sound one included: yours too, for `corsac_findings_free`. `*findings` is
// `NULL` only where the arguments are of no use.
//
// # Safety
// `text` points to `length` bytes, or is anything if that is zero; `policy` and `findings` are
// `NULL` or can be written to.
corsac_status corsac_policy_from_json(const char *text,
                                      size_t length,
                                      struct corsac_policy **policy,
                                      struct corsac_findings **findings);

// The same from a TOML document.
//
// # Safety
// As for `corsac_policy_from_json`.
corsac_status corsac_policy_from_toml(const char *text,
                                      size_t length,
                                      struct corsac_policy **policy,
                                      struct corsac_findings **findings);

// Another handle to the same policy, which costs a counter and no copy. Each handle is freed once,
// in whatever order. Yours; `NULL` for `NULL`.
//
// # Safety
// `policy` is `NULL` or came from this library.
struct corsac_policy *corsac_policy_clone(const struct corsac_policy *policy);

// Ends a handle. Decisions made under it stay. `NULL` is nothing.
//
// # Safety
// `policy` is `NULL` or came from this library; nobody uses this handle meanwhile or again.
void corsac_policy_free(struct corsac_policy *policy);

// Holds the value of an `Origin` field against the policy, for what CORS does not cover: the
// handshake of a `WebSocket`, which a page on any origin may begin.
//
// `true` if it is allowed. Unless `rejection` is `NULL`, the code of the reason is written there, a
// static string: `NULL` if it is allowed, and also where the arguments are of no use, for which the
// answer is `false`. A handshake without the field comes from no browser; whether to go on with it
// is for you to say.
//
// # Safety
// `policy` is `NULL` or came from this library; `origin` points to `length` bytes, or is anything if
// that is zero; `rejection` is `NULL` or can be written to.
bool corsac_policy_check_origin(const struct corsac_policy *policy,
                                const char *origin,
                                size_t length,
                                const char **rejection);

// A sentence about a status, for a log; for a number that is none, it says so. A static string,
// never `NULL`.
const char *corsac_status_message(int32_t status);

// What a response's `Vary` does not say yet, of what a decision's field `vary` names: by number from
// 0, a field each, to be added to the response beside what is there.
//
// ```c
// corsac_field missing;
// for (size_t i = 0; corsac_missing_from_vary(response, count, &vary, i, &missing); i++) { ... }
// ```
//
// Give it the response's fields, of which those that are no `Vary` are passed over. Names are compared
// in any case, and a `*` says all of them. `false` after the last, and `missing` is then empty; it
// points into `vary`, with no NUL after the value. Response fields that cannot be read say nothing,
// so that too much is added and not too little.
//
// # Safety
// `response` points to `field_count` fields, or is anything if that is zero; `vary` is `NULL` or
// points to a field; the names and values of all of them point to as many bytes as they say, or are
// `NULL`; `missing` is `NULL` or can be written to, and does not lie among the others.
bool corsac_missing_from_vary(const struct corsac_field *response,
                              size_t field_count,
                              const struct corsac_field *vary,
                              size_t index,
                              struct corsac_field *missing);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CORSAC_H */
