/* Decisions: every class of request, allowed and refused, hostile, and in handles used again. */
#include "check.h"

static const char POLICY[] =
    "{\"allow_origins\": [\"https://app.example.com\"], \"allow_methods\": [\"PUT\"],"
    " \"allow_headers\": [\"content-type\"], \"expose_headers\": [\"x-request-id\"],"
    " \"allow_credentials\": true, \"max_age\": 600}";

static const char VARY_PREFLIGHT[] =
    "vary: origin, access-control-request-method, access-control-request-headers, "
    "access-control-request-private-network\n";

static void classes(const corsac_policy *policy, corsac_decision *decision) {
  CHECK(corsac_evaluate(policy, TEXT("GET"), NULL, 0, decision) == CORSAC_STATUS_OK);
  CHECK(corsac_decision_kind(decision) == CORSAC_KIND_NOT_CORS);
  CHECK(corsac_decision_allowed(decision) && corsac_decision_status(decision) == 0);
  CHECK_LINES(decision, "vary: origin\n");

  corsac_field actual[] = {
      field("Host", "api.example.com"),
      field("ORIGIN", "https://app.example.com"),
      {NULL, 0, NULL, 0},
  };
  CHECK(corsac_evaluate(policy, TEXT("PUT"), actual, 3, decision) == CORSAC_STATUS_OK);
  CHECK(corsac_decision_kind(decision) == CORSAC_KIND_ACTUAL);
  CHECK(corsac_decision_allowed(decision) && corsac_decision_status(decision) == 0);
  CHECK(corsac_decision_rejection(decision) == NULL && corsac_decision_message(decision) == NULL);
  CHECK_LINES(decision,
              "access-control-allow-origin: https://app.example.com\n"
              "access-control-allow-credentials: true\n"
              "access-control-expose-headers: x-request-id\n"
              "vary: origin\n");

  corsac_field preflight[] = {
      field("origin", "https://app.example.com"),
      field("access-control-request-method", "PUT"),
      field("access-control-request-headers", "content-type"),
  };
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), preflight, 3, decision) == CORSAC_STATUS_OK);
  CHECK(corsac_decision_kind(decision) == CORSAC_KIND_PREFLIGHT);
  CHECK(corsac_decision_allowed(decision) && corsac_decision_status(decision) == 204);
  char expected[512];
  snprintf(expected, sizeof expected, "%s%s",
           "access-control-allow-origin: https://app.example.com\n"
           "access-control-allow-credentials: true\n"
           "access-control-allow-methods: PUT\n"
           "access-control-allow-headers: content-type\n"
           "access-control-max-age: 600\n",
           VARY_PREFLIGHT);
  CHECK_LINES(decision, expected);

  preflight[2] = field("access-control-request-headers", "content-type,x-\033[31m");
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), preflight, 3, decision) == CORSAC_STATUS_OK);
  CHECK(!corsac_decision_allowed(decision) && corsac_decision_status(decision) == 403);
  CHECK(same(corsac_decision_rejection(decision), "headers-malformed"));
  CHECK(!strchr(corsac_decision_message(decision), 033));
  CHECK_LINES(decision, VARY_PREFLIGHT);

  preflight[1] = field("access-control-request-method", "DELETE");
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), preflight, 3, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "method-not-allowed"));
  CHECK(same(corsac_decision_message(decision), "the policy does not allow this method: DELETE"));
  const char *bytes = NULL;
  CHECK(corsac_decision_offending(decision, &bytes) == 6 && memcmp(bytes, "DELETE", 6) == 0);
}

static void refused_origins(const corsac_policy *policy, corsac_decision *decision) {
  static const struct {
    const char *value;
    size_t length;
    const char *code;
  } origins[] = {
      {TEXT("https://app.example.com.evil.net"), "origin-not-allowed"},
      {TEXT("http://app.example.com"), "origin-not-allowed"},
      {TEXT("null"), "origin-null"},
      {TEXT(""), "origin-malformed"},
      {TEXT("https://app.example.com\0"), "origin-malformed"},
      {TEXT("https://app.example.com\r\nset-cookie: a=b"), "origin-malformed"},
      {TEXT("https://app.example.com/"), "origin-malformed"},
      {TEXT("\xff\xfe\0\033[2J"), "origin-malformed"},
  };
  for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
    corsac_field origin = {"origin", 6, origins[i].value, origins[i].length};
    CHECK(corsac_evaluate(policy, TEXT("GET"), &origin, 1, decision) == CORSAC_STATUS_OK);
    CHECK(!corsac_decision_allowed(decision));
    CHECK(same(corsac_decision_rejection(decision), origins[i].code));
    CHECK_LINES(decision, "vary: origin\n");
    const char *bytes = NULL;
    CHECK(corsac_decision_offending(decision, &bytes) == origins[i].length);
    CHECK(origins[i].length ? memcmp(bytes, origins[i].value, origins[i].length) == 0 : !bytes);
    for (const char *c = corsac_decision_message(decision); *c; c++) CHECK(*c >= ' ' && *c <= '~');
  }
  corsac_field twice[] = {field("origin", "https://app.example.com"),
                          field("Origin", "https://app.example.com")};
  CHECK(corsac_evaluate(policy, TEXT("GET"), twice, 2, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "origin-multiple"));
  CHECK(corsac_decision_offending(decision, NULL) == 0);
}

/* A mebibyte in every field that is read, and in those that are not. */
static void large_requests(const corsac_policy *policy, corsac_decision *decision) {
  size_t size = 1 << 20;
  char *large = malloc(size);
  CHECK(large);
  memset(large, ',', size);
  corsac_field fields[] = {
      field("origin", "https://app.example.com"),
      field("access-control-request-method", "PUT"),
      {"access-control-request-headers", 30, large, size},
      {large, size, large, size},
  };
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), fields, 4, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "headers-over-budget"));
  fields[1].value = large, fields[1].value_len = size;
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), fields, 4, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "method-malformed"));
  fields[0].value = large, fields[0].value_len = size;
  CHECK(corsac_evaluate(policy, large, size, fields, 4, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "origin-malformed"));
  const char *bytes = NULL;
  CHECK(corsac_decision_offending(decision, &bytes) == 128 && memcmp(bytes, large, 128) == 0);
  free(large);

  size_t count = 100000;
  corsac_field *many = malloc(count * sizeof *many);
  CHECK(many);
  for (size_t i = 0; i < count; i++) many[i] = field("access-control-request-headers", "a");
  many[0] = fields[0] = field("origin", "https://app.example.com");
  many[1] = field("access-control-request-method", "PUT");
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), many, count, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "headers-over-budget"));
  free(many);
}

static void undecided(const corsac_decision *decision) {
  const char *bytes = "untouched";
  corsac_field field = {"untouched", 9, "untouched", 9};
  CHECK(corsac_decision_kind(decision) == CORSAC_KIND_UNDECIDED);
  CHECK(!corsac_decision_allowed(decision) && corsac_decision_status(decision) == 0);
  CHECK(!corsac_decision_rejection(decision) && !corsac_decision_message(decision));
  CHECK(corsac_decision_offending(decision, &bytes) == 0 && bytes == NULL);
  CHECK(!corsac_decision_field(decision, 0, &field));
  CHECK(!field.name && !field.value && field.name_len == 0 && field.value_len == 0);
  CHECK(!corsac_decision_field(decision, 0, NULL));
}

/* Arguments that are of no use decide nothing, whatever was decided before. */
static void useless_arguments(const corsac_policy *policy, corsac_decision *decision) {
  corsac_field good = field("origin", "https://app.example.com");
  corsac_field no_name = {NULL, 1, "a", 1}, no_value = {"origin", 6, NULL, 1};
  corsac_field long_name = {"a", (size_t)-1, "a", 1};
  corsac_field long_value = {"a", 1, "a", (size_t)PTRDIFF_MAX + 1};
  const struct {
    const corsac_policy *policy;
    const char *method;
    size_t method_len;
    const corsac_field *fields;
    size_t count;
    corsac_status status;
  } calls[] = {
      {NULL, "GET", 3, &good, 1, CORSAC_STATUS_NULL},
      {policy, NULL, 3, &good, 1, CORSAC_STATUS_NULL},
      {policy, "GET", 3, NULL, 1, CORSAC_STATUS_NULL},
      {policy, "GET", (size_t)-1, &good, 1, CORSAC_STATUS_LENGTH},
      {policy, "GET", 3, &good, (size_t)-1, CORSAC_STATUS_LENGTH},
      {policy, "GET", 3, &good, (size_t)PTRDIFF_MAX / sizeof good + 1, CORSAC_STATUS_LENGTH},
      {policy, "GET", 3, &no_name, 1, CORSAC_STATUS_NULL},
      {policy, "GET", 3, &no_value, 1, CORSAC_STATUS_NULL},
      {policy, "GET", 3, &long_name, 1, CORSAC_STATUS_LENGTH},
      {policy, "GET", 3, &long_value, 1, CORSAC_STATUS_LENGTH},
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    CHECK(corsac_evaluate(policy, TEXT("GET"), &good, 1, decision) == CORSAC_STATUS_OK);
    CHECK(corsac_decision_allowed(decision));
    CHECK(corsac_evaluate(calls[i].policy, calls[i].method, calls[i].method_len, calls[i].fields,
                          calls[i].count, decision) == calls[i].status);
    undecided(decision);
  }
  CHECK(corsac_evaluate(policy, TEXT("GET"), &good, 1, NULL) == CORSAC_STATUS_NULL);
  CHECK(corsac_evaluate(NULL, NULL, 0, NULL, 0, NULL) == CORSAC_STATUS_NULL);
  CHECK(corsac_evaluate(policy, NULL, 0, NULL, 0, decision) == CORSAC_STATUS_OK);
  undecided(NULL);
  corsac_decision *fresh = corsac_decision_new();
  undecided(fresh);
  corsac_decision_free(fresh);
  corsac_decision_free(NULL);
}

static void origins_kept_elsewhere(corsac_decision *decision) {
  corsac_policy *policy = policy_of("{\"dynamic_origins\": true, \"allow_credentials\": true}");
  corsac_field origin = field("origin", "https://customer.example");
  CHECK(corsac_evaluate_with(policy, TEXT("GET"), &origin, 1, 1, decision) == CORSAC_STATUS_OK);
  CHECK_LINES(decision,
              "access-control-allow-origin: https://customer.example\n"
              "access-control-allow-credentials: true\n"
              "vary: origin\n");
  CHECK(corsac_evaluate_with(policy, TEXT("GET"), &origin, 1, 0, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "origin-not-allowed"));
  origin = field("origin", "null");
  CHECK(corsac_evaluate_with(policy, TEXT("GET"), &origin, 1, -1, decision) == CORSAC_STATUS_OK);
  CHECK(same(corsac_decision_rejection(decision), "origin-null"));
  corsac_policy_free(policy);
}

/* A decision needs neither the policy nor the request that it was made of. */
static void a_decision_stands_alone(void) {
  corsac_policy *policy = policy_of(
      "{\"allow_origins\": [\"https://app.example.com\"], \"allow_headers\": [\"*\"],"
      " \"allow_credentials\": true}");
  char *origin = strdup("https://app.example.com"), *headers = strdup("x-one,x-two");
  corsac_field *fields = malloc(3 * sizeof *fields);
  CHECK(origin && headers && fields);
  fields[0] = field("origin", origin);
  fields[1] = field("access-control-request-method", "GET");
  fields[2] = field("access-control-request-headers", headers);
  corsac_decision *decision = corsac_decision_new();
  CHECK(corsac_evaluate(policy, TEXT("OPTIONS"), fields, 3, decision) == CORSAC_STATUS_OK);
  free(origin);
  free(headers);
  free(fields);
  corsac_policy_free(policy);
  char expected[512];
  snprintf(expected, sizeof expected, "%s%s",
           "access-control-allow-origin: https://app.example.com\n"
           "access-control-allow-credentials: true\n"
           "access-control-allow-headers: x-one,x-two\n",
           VARY_PREFLIGHT);
  CHECK_LINES(decision, expected);
  corsac_decision_free(decision);
}

/* What is to be added to a response, a line each, as one string to be freed. */
static char *missing_from(const corsac_field *response, size_t count, const corsac_field *vary) {
  char *lines = calloc(1, 4096), *end = lines;
  corsac_field missing;
  CHECK(lines);
  for (size_t i = 0; corsac_missing_from_vary(response, count, vary, i, &missing); i++) {
    end += sprintf(end, "%.*s: %.*s\n", (int)missing.name_len, missing.name,
                   (int)missing.value_len, missing.value);
  }
  CHECK(!missing.name && !missing.value && !missing.name_len && !missing.value_len);
  return lines;
}

#define CHECK_MISSING(response, count, vary, expected) \
  do {                                                 \
    char *lines = missing_from(response, count, vary); \
    CHECK(same(lines, expected));                      \
    free(lines);                                       \
  } while (0)

static void vary_is_merged(void) {
  corsac_field vary = field("vary", "origin, access-control-request-method");
  static const char BOTH[] = "vary: origin\nvary: access-control-request-method\n";
  corsac_field response[] = {field("content-type", "origin"), field("Vary", "accept, ORIGIN"),
                             field("vary", "cookie,Access-Control-Request-Method")};
  CHECK_MISSING(NULL, 0, &vary, BOTH);
  CHECK_MISSING(response, 1, &vary, BOTH);
  CHECK_MISSING(response, 2, &vary, "vary: access-control-request-method\n");
  CHECK_MISSING(response, 3, &vary, "");
  response[0] = field("VARY", " * ");
  CHECK_MISSING(response, 1, &vary, "");
  /* What cannot be read says nothing. */
  response[0].value = NULL;
  CHECK_MISSING(response, 1, &vary, BOTH);
  CHECK_MISSING(NULL, 1, &vary, BOTH);
  CHECK_MISSING(response, (size_t)-1, &vary, BOTH);
  CHECK_MISSING(response, 3, NULL, "");
  vary.value = NULL;
  CHECK_MISSING(response, 0, &vary, "");
  vary = field("vary", "");
  CHECK_MISSING(response, 0, &vary, "");
  /* Whoever asks only whether there is more. */
  vary = field("vary", "origin");
  CHECK(corsac_missing_from_vary(NULL, 0, &vary, 0, NULL));
  CHECK(!corsac_missing_from_vary(NULL, 0, &vary, 1, NULL));
  CHECK(!corsac_missing_from_vary(NULL, 0, &vary, (size_t)-1, NULL));
}

int main(void) {
  corsac_policy *policy = policy_of(POLICY);
  corsac_decision *decision = corsac_decision_new();
  for (int again = 0; again < 2; again++) {
    classes(policy, decision);
    refused_origins(policy, decision);
    large_requests(policy, decision);
    useless_arguments(policy, decision);
    origins_kept_elsewhere(decision);
  }
  a_decision_stands_alone();
  vary_is_merged();
  corsac_decision_free(decision);
  corsac_policy_free(policy);
  return 0;
}
