/*
 * Evaluates one request under a policy, and prints what goes on the response.
 *
 *   evaluate POLICY METHOD [NAME: VALUE]...
 *   evaluate examples/policy.toml OPTIONS 'Origin: https://app.example.com' \
 *       'Access-Control-Request-Method: PUT'
 *
 * POLICY is a TOML document, or a JSON document if its name ends in .json. Exits with 0 if the request
 * is allowed, 1 if it is refused, and 2 if the arguments are of no use. capi/example.sh builds and runs
 * it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <corsac.h>

enum { ALLOWED, REFUSED, UNUSABLE };

/* The whole of a file, to be freed; NULL if it cannot be read. */
static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t capacity = 0, got;
  *length = 0;
  if (!file) return NULL;
  do {
    char *larger = realloc(text, capacity += 65536);
    if (!larger) break;
    text = larger;
    got = fread(text + *length, 1, capacity - *length, file);
    *length += got;
  } while (got > 0);
  if (ferror(file) || !feof(file)) {
    free(text);
    text = NULL;
  }
  fclose(file);
  return text;
}

static corsac_policy *read_policy(const char *path) {
  size_t length;
  char *text = read_file(path, &length);
  if (!text) {
    perror(path);
    return NULL;
  }
  corsac_policy *policy;
  corsac_findings *findings;
  const char *extension = strrchr(path, '.');
  bool json = extension && strcmp(extension, ".json") == 0;
  corsac_status status = json ? corsac_policy_from_json(text, length, &policy, &findings)
                              : corsac_policy_from_toml(text, length, &policy, &findings);
  free(text);
  if (findings) fputs(corsac_findings_text(findings), stderr);
  if (status != CORSAC_STATUS_OK) fprintf(stderr, "%s: %s\n", path, corsac_status_message(status));
  corsac_findings_free(findings);
  return policy;
}

/* A field of the request as it is written in one; its name is empty where there is no colon. */
static corsac_field read_field(const char *line) {
  const char *colon = strchr(line, ':');
  corsac_field field = {line, colon ? (size_t)(colon - line) : 0, "", 0};
  if (colon) {
    field.value = colon + 1;
    field.value_len = strlen(field.value);
  }
  return field;
}

static int show(const corsac_decision *decision) {
  static const char *const kinds[] = {"undecided", "not CORS", "an actual request", "a preflight"};
  printf("%s, %s\n", kinds[corsac_decision_kind(decision)],
         corsac_decision_allowed(decision) ? "allowed" : "refused");
  if (corsac_decision_rejection(decision)) {
    printf("%s [%s]\n", corsac_decision_message(decision), corsac_decision_rejection(decision));
  }
  if (corsac_decision_status(decision)) {
    printf("answer %d now, without the handler, and with\n", corsac_decision_status(decision));
  } else {
    puts("run the handler, and put on its response, in the place of every field of CORS there");
  }
  corsac_field field;
  for (size_t i = 0; corsac_decision_field(decision, i, &field); i++) {
    printf("  %s: %s\n", field.name, field.value);
  }
  return corsac_decision_allowed(decision) ? ALLOWED : REFUSED;
}

int main(int count, char **arguments) {
  if (corsac_abi_version() != CORSAC_ABI_VERSION) {
    fputs("the library is not the one of this header; install both from one version\n", stderr);
    return UNUSABLE;
  }
  if (count < 3) {
    fprintf(stderr, "usage: %s POLICY METHOD [NAME: VALUE]...\n", arguments[0]);
    return UNUSABLE;
  }
  corsac_policy *policy = read_policy(arguments[1]);
  if (!policy) return UNUSABLE;

  size_t field_count = (size_t)count - 3;
  corsac_field *fields = calloc(field_count + 1, sizeof *fields);
  corsac_decision *decision = corsac_decision_new();
  int outcome = UNUSABLE;
  if (fields && decision) {
    for (size_t i = 0; i < field_count; i++) fields[i] = read_field(arguments[i + 3]);
    corsac_status status = corsac_evaluate(policy, arguments[2], strlen(arguments[2]), fields,
                                           field_count, decision);
    if (status == CORSAC_STATUS_OK) {
      outcome = show(decision);
    } else {
      fprintf(stderr, "%s\n", corsac_status_message(status));
    }
  }
  corsac_decision_free(decision);
  free(fields);
  corsac_policy_free(policy);
  return outcome;
}
