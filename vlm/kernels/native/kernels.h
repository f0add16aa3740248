// What every instruction set offers, in plain C++. `binding.cpp` is the only file that knows torch.
#pragma once
#include <cstdint>

#if defined(__clang__)
#define LECTOR_PRAGMA(text) _Pragma(#text)
#define LECTOR_TARGET_BEGIN(isa) LECTOR_PRAGMA(clang attribute push(__attribute__((target(isa))), apply_to = function))
#define LECTOR_TARGET_END _Pragma("clang attribute pop")
#else
#define LECTOR_PRAGMA(text) _Pragma(#text)
#define LECTOR_TARGET_BEGIN(isa) _Pragma("GCC push_options") LECTOR_PRAGMA(GCC target(isa))
#define LECTOR_TARGET_END _Pragma("GCC pop_options")
#endif

namespace lector {

constexpr int TILE = 16;        // output rows side by side in a vector: lane = row
constexpr int PAIR = 2 * TILE;  // rows that a kernel makes at once

// A packed weight, or one expert of a stack of them (packing.py has the layout).
struct Matrix {
  const uint8_t* weight;   // [rows / 16][columns / 8 or / 4] vectors of 64 bytes
  const uint16_t* scales;  // fp16 [rows / 16][columns / group][16]
  int rows, columns;       // multiples of 32 and of `group`
  int group;               // 32, 64 or 128 columns share a scale
  int bits;                // 4 or 8

  int groups() const { return columns / group; }
  int64_t tile_bytes() const { return int64_t(columns) * TILE * bits / 8; }
};

// Experts as two stacks; in `gate_up` a tile of gate is followed by the tile of up that belongs to it.
struct Experts {
  Matrix gate_up, down;  // of expert 0
  int count;
};

struct Norm {
  const float* weight;
  float eps;
};

// q, k and v below one another in `qkv`: q from row 0, k from `k_row`, v from `v_row`.
struct AttentionBlock {
  Norm norm;
  Matrix qkv, o;
  int hidden, heads, kv_heads, size, k_row, v_row;
};

// A sequence's keys and values in one layer, in blocks of `block` tokens that `table` names in order: token t is row
// table[t / block] * block + t % block of [..][kv_heads * size]. They are bf16, or int8 with a scale for each head.
struct Paged {
  void *keys, *values;
  float *key_scales, *value_scales;  // [..][kv_heads] of int8, else null
  const int64_t* table;
  int64_t length;
  int block;

  int64_t row(int64_t t) const { return table[t / block] * block + t % block; }
};

// A row for each token, in bf16; heads side by side in it.
struct Rows {
  const uint16_t* first;
  int64_t stride;  // numbers from one token to the next
};

// Attention of many tokens; `size` is a multiple of 16 up to MOST_SIZE.
struct Many {
  Rows q, k, v;
  int64_t queries, length;
  int heads, kv_heads, size;
  bool is_causal;           // the last query sees all keys, each before it one fewer; else all see all
  // [tokens][size / 2]: halves of queries and keys are turned by these, and their scores made in int8; null: neither
  const float *cos, *sin;
};

struct Router {
  const float *weight, *bias;  // [experts][hidden], [experts]
  int experts, top_k;
  float least_sum;
};

// A dense MLP is `shared` alone, an expert that every token passes; then `router.experts` is 0.
struct MlpBlock {
  Norm norm;
  Experts shared, routed;
  Router router;
  int hidden;
};

// Numbers in fp32 or bf16, a row of `width` for each token.
struct Tokens {
  void* first;
  bool is_bf16;
  int width;
};

// What is done to a product before it is stored.
struct Finish {
  const float* bias;   // a number for each row of the weight, or null
  bool is_quick_gelu;  // x * sigmoid(1.702 x)
};

struct Kernels {
  // out = finish(x * w); what x lacks of w's columns counts as zeros, and only out.width of w's rows are stored
  void (*linear)(const Tokens& x, int tokens, const Matrix& w, const Finish& finish, const Tokens& out, int threads);
  // out[tokens][hidden] = sum over k of weights[tokens][k] * SwiGLU of expert indices[tokens][k]
  void (*experts)(const float* x, int tokens, const float* weights, const int64_t* indices, int top_k, const Experts& e,
                  float* out, int threads);
  // One token asks: out[heads][size] = softmax(q k / sqrt(size)) v, heads in kv_heads groups of equal size that share
  // keys; q[heads][size] in bf16.
  void (*attend)(const uint16_t* q, int heads, int kv_heads, int size, const Paged& p, float* out, int threads);
  // Many tokens ask. out[queries][heads][size] in bf16. Null where the set has no bf16.
  void (*attend_many)(const Many& m, uint16_t* out, int threads);
  // Halves of a decoder layer for few tokens, each the next one of its own sequence; x[tokens][hidden] is the residual
  // stream, to which they add; cos and sin [tokens][size / 2].
  void (*attention_block)(float* x, int tokens, const AttentionBlock& b, const float* cos, const float* sin,
                          const Paged* places, int threads);
  void (*mlp_block)(float* x, int tokens, const MlpBlock& b, int threads);
};

constexpr int MOST_SHARING = 8;  // heads that share keys, in `attend`
constexpr int MOST_SIZE = 256;   // of a head

extern const Kernels avx512;
extern const Kernels avx2;

}  // namespace lector
