#pragma once
// mallopt(3): libzmq takes the memory of every message from malloc, and Swift's Glibc module leaves this header out.
#include <malloc.h>
#include <zmq.h>
