/* What every test program here needs. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corsac.h"

#define CHECK(condition)                                                             \
  do {                                                                               \
    if (!(condition)) {                                                              \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);        \
      exit(1);                                                                       \
    }                                                                                \
  } while (0)

/* A text and its length, as two arguments. */
#define TEXT(literal) (literal), (sizeof(literal) - 1)

/* Strings that are both there and the same, or both NULL. */
static inline bool same(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

/* A field of strings that end with a NUL. */
static inline corsac_field field(const char *name, const char *value) {
  corsac_field made = {name, strlen(name), value, strlen(value)};
  return made;
}

/* A policy from a document that is sound. */
static inline corsac_policy *policy_of(const char *json) {
  corsac_policy *policy = NULL;
  corsac_findings *findings = NULL;
  corsac_status status = corsac_policy_from_json(json, strlen(json), &policy, &findings);
  if (status != CORSAC_STATUS_OK) fprintf(stderr, "%s", corsac_findings_text(findings));
  CHECK(status == CORSAC_STATUS_OK && policy && findings);
  corsac_findings_free(findings);
  return policy;
}

/* All fields of a decision, a line each, as one string to be freed. */
static inline char *lines_of(const corsac_decision *decision) {
  size_t length = 1;
  corsac_field field;
  for (size_t i = 0; corsac_decision_field(decision, i, &field); i++) {
    length += field.name_len + field.value_len + 3;
  }
  char *lines = malloc(length), *end = lines;
  CHECK(lines);
  for (size_t i = 0; corsac_decision_field(decision, i, &field); i++) {
    /* Each has a NUL where its length says that it ends. */
    CHECK(strlen(field.name) == field.name_len && strlen(field.value) == field.value_len);
    end += sprintf(end, "%s: %s\n", field.name, field.value);
  }
  *end = 0;
  return lines;
}

static inline void check_lines(const corsac_decision *decision, const char *expected, int line) {
  char *lines = lines_of(decision);
  if (strcmp(lines, expected) != 0) {
    fprintf(stderr, "line %d: expected\n%sbut these are the fields\n%s", line, expected, lines);
    exit(1);
  }
  free(lines);
}
#define CHECK_LINES(decision, expected) check_lines(decision, expected, __LINE__)

#endif
