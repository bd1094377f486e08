/* Threads that share one policy, each with a handle and a decision of its own, while the first handle
 * is freed and others come and go. */
#include <pthread.h>

#include "check.h"

enum { THREADS = 8, ROUNDS = 500 };

static corsac_policy *shared;

static void *work(void *own) {
  corsac_policy *policy = own;
  corsac_decision *decision = corsac_decision_new();
  for (int round = 0; round < ROUNDS; round++) {
    bool good = round % 2 == 0;
    corsac_field origin =
        field("origin", good ? "https://app.example.com" : "https://evil.example");
    /* The one handle that all use at once, and the thread's own. */
    const corsac_policy *used = round % 3 == 0 ? shared : policy;
    CHECK(corsac_evaluate(used, TEXT("GET"), &origin, 1, decision) == CORSAC_STATUS_OK);
    CHECK(corsac_decision_allowed(decision) == good);
    CHECK(same(corsac_decision_rejection(decision), good ? NULL : "origin-not-allowed"));
    CHECK(corsac_policy_check_origin(used, origin.value, origin.value_len, NULL) == good);
    if (round % 50 == 0) {
      corsac_policy *next = corsac_policy_clone(policy);
      corsac_policy_free(policy);
      policy = next;
    }
  }
  corsac_decision_free(decision);
  corsac_policy_free(policy);
  return NULL;
}

int main(void) {
  corsac_policy *first = policy_of("{\"allow_origins\": [\"https://app.example.com\"]}");
  shared = corsac_policy_clone(first);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) {
    CHECK(pthread_create(&threads[i], NULL, work, corsac_policy_clone(first)) == 0);
  }
  corsac_policy_free(first);
  for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  corsac_policy_free(shared);
  return 0;
}
