/* Policies: from documents sound and unsound, shared, cloned and freed. */
#include "check.h"

static void sound_documents(void) {
  corsac_policy *policy = NULL;
  corsac_findings *findings = NULL;
  CHECK(corsac_policy_from_toml(TEXT("allow_origins = ['https://a.example']\nmax_age = 100000"),
                                &policy, &findings) == CORSAC_STATUS_OK);
  CHECK(policy && findings);
  /* A warning does not keep a policy from being made. */
  CHECK(corsac_findings_errors(findings) == 0 && corsac_findings_warnings(findings) == 1);
  CHECK(strstr(corsac_findings_text(findings), "warning: max_age = 100000: "));
  CHECK(strstr(corsac_findings_json(findings), "\"code\":\"max-age-above-browser-cap\""));
  corsac_findings_free(findings);
  corsac_policy_free(policy);

  /* Whoever does not ask for findings gets none. */
  CHECK(corsac_policy_from_json(TEXT("{\"allow_origins\": [\"*\"]}"), &policy, NULL) ==
        CORSAC_STATUS_OK);
  CHECK(policy);
  corsac_policy_free(policy);
}

static void unsound_documents(void) {
  corsac_policy *policy = (corsac_policy *)&policy;
  corsac_findings *findings = NULL;
  CHECK(corsac_policy_from_json(TEXT("{\"allow_origins\": [1, \"https://a.example/\"],"
                                     " \"allow_headers\": [\"cookie\"], \"colour\": \"\\u001b\"}"),
                                &policy, &findings) == CORSAC_STATUS_POLICY);
  CHECK(policy == NULL && findings);
  CHECK(corsac_findings_errors(findings) == 4 && corsac_findings_warnings(findings) == 0);
  const char *text = corsac_findings_text(findings), *json = corsac_findings_json(findings);
  CHECK(strstr(text, "error: colour = \"\\u001b\": "));
  CHECK(strstr(text, "error: allow_origins[0] = 1: "));
  CHECK(strstr(text, "; write \"https://a.example\" [origin-not-serialized]\n"));
  CHECK(strstr(json, "\"path\":\"allow_origins[1]\""));
  CHECK(strstr(json, "\"code\":\"request-header-forbidden\""));
  CHECK(!strchr(text, 033) && !strchr(json, 033));
  corsac_findings_free(findings);

  static const struct {
    const char *text;
    size_t length;
  } documents[] = {
      {TEXT("")},
      {TEXT("{")},
      {TEXT("[[\"*\"]]")},
      {TEXT("null")},
      {TEXT("\0\0\0")},
      {TEXT("\xff\xfe{}")},
      {TEXT("{\"allow_origins\": [\"*\"], \"allow_origins\": [\"*\"]}")},
      {TEXT("{\"allow_origins\": [\"*\"]}\0")},
      {TEXT("{}")},
  };
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    CHECK(corsac_policy_from_json(documents[i].text, documents[i].length, &policy, &findings) ==
          CORSAC_STATUS_POLICY);
    CHECK(policy == NULL && corsac_findings_errors(findings) == 1);
    CHECK(*corsac_findings_text(findings));
    corsac_findings_free(findings);
    CHECK(corsac_policy_from_json(documents[i].text, documents[i].length, &policy, NULL) ==
          CORSAC_STATUS_POLICY);
    CHECK(corsac_policy_from_toml(documents[i].text, documents[i].length, &policy, NULL) ==
          CORSAC_STATUS_POLICY);
  }

  /* As deep as it is long. */
  size_t depth = 1 << 20;
  char *deep = malloc(depth);
  CHECK(deep);
  memset(deep, '[', depth);
  memcpy(deep, "{\"allow_origins\":", 17);
  CHECK(corsac_policy_from_json(deep, depth, &policy, NULL) == CORSAC_STATUS_POLICY);
  memcpy(deep, "allow_origins = [", 17);
  CHECK(corsac_policy_from_toml(deep, depth, &policy, NULL) == CORSAC_STATUS_POLICY);
  free(deep);
}

static void useless_arguments(void) {
  corsac_policy *policy = (corsac_policy *)&policy;
  corsac_findings *findings = (corsac_findings *)&findings;
  CHECK(corsac_policy_from_json(NULL, 7, &policy, &findings) == CORSAC_STATUS_NULL);
  CHECK(policy == NULL && findings == NULL);
  CHECK(corsac_policy_from_json("{}", (size_t)-1, &policy, &findings) == CORSAC_STATUS_LENGTH);
  CHECK(corsac_policy_from_toml("", (size_t)PTRDIFF_MAX + 1, &policy, NULL) ==
        CORSAC_STATUS_LENGTH);
  CHECK(corsac_policy_from_json(NULL, 0, &policy, NULL) == CORSAC_STATUS_POLICY);
  CHECK(corsac_policy_from_json("{}", 2, NULL, &findings) == CORSAC_STATUS_NULL);
  CHECK(findings == NULL);
  CHECK(corsac_policy_from_json(NULL, 0, NULL, NULL) == CORSAC_STATUS_NULL);
  CHECK(corsac_policy_clone(NULL) == NULL);
  corsac_policy_free(NULL);
  corsac_findings_free(NULL);
  CHECK(corsac_findings_errors(NULL) == 0 && corsac_findings_warnings(NULL) == 0);
  CHECK(corsac_findings_text(NULL) == NULL && corsac_findings_json(NULL) == NULL);
}

static void origins(void) {
  corsac_policy *policy = policy_of("{\"allow_origins\": [\"https://*.example.com\"]}");
  corsac_policy *clone = corsac_policy_clone(policy);
  corsac_policy_free(policy);
  const char *rejection = "untouched";
  CHECK(corsac_policy_check_origin(clone, TEXT("https://chat.example.com"), &rejection));
  CHECK(rejection == NULL);
  CHECK(corsac_policy_check_origin(clone, TEXT(" https://chat.example.com\t"), NULL));
  CHECK(!corsac_policy_check_origin(clone, TEXT("https://chat.example.com.evil.net"), &rejection));
  CHECK(same(rejection, "origin-not-allowed"));
  CHECK(!corsac_policy_check_origin(clone, TEXT("https://chat.example.com\0"), &rejection));
  CHECK(same(rejection, "origin-malformed"));
  CHECK(!corsac_policy_check_origin(clone, TEXT("null"), &rejection));
  CHECK(same(rejection, "origin-null"));
  CHECK(!corsac_policy_check_origin(clone, NULL, 0, &rejection));
  CHECK(same(rejection, "origin-malformed"));
  CHECK(!corsac_policy_check_origin(clone, NULL, 1, &rejection));
  CHECK(rejection == NULL);
  CHECK(!corsac_policy_check_origin(clone, "", (size_t)-1, &rejection));
  CHECK(!corsac_policy_check_origin(NULL, TEXT("https://chat.example.com"), NULL));
  corsac_policy_free(clone);
}

static void constants(void) {
  CHECK(corsac_abi_version() == CORSAC_ABI_VERSION);
  CHECK(corsac_version()[0] >= '0' && corsac_version()[0] <= '9');
  size_t count = 0;
  while (corsac_owned_field(count)) {
    const char *name = corsac_owned_field(count++);
    CHECK(strncmp(name, "access-control-allow-", 21) == 0 ||
          same(name, "access-control-expose-headers") || same(name, "access-control-max-age"));
    CHECK(corsac_is_owned_field(name, strlen(name)));
  }
  CHECK(count == 7 && corsac_owned_field((size_t)-1) == NULL);
  CHECK(corsac_is_owned_field(TEXT("Access-Control-Allow-Origin")));
  CHECK(!corsac_is_owned_field(TEXT("vary")) && !corsac_is_owned_field(NULL, 0));
  CHECK(!corsac_is_owned_field(NULL, 4) && !corsac_is_owned_field("vary", (size_t)-1));
  for (int status = -6; status < 3; status++) CHECK(*corsac_status_message(status));
}

int main(void) {
  sound_documents();
  unsound_documents();
  useless_arguments();
  origins();
  constants();
  return 0;
}
