// The header is one of C++ too.
#include "corsac.h"

int main() { return corsac_abi_version() == CORSAC_ABI_VERSION ? 0 : 1; }
