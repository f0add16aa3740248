// Linear and grouped experts over the primitives of one instruction set (`Isa`). Included by each of them, in a
// namespace of its own, so that no two sets share a function.
//
// Activations become int8, a scale for each group, and `Isa::many` multiplies a pair of tiles with a block of tokens. A
// token's row comes out the same to the bit whatever tokens stand beside it.

constexpr int BLOCK = 6;  // tokens that share a weight in registers
constexpr int FEW = 8;    // tokens up to which reading the weights costs more than computing

// Tokens ready to be multiplied, a block of up to BLOCK side by side: [block][columns / 4][tokens in block].
struct Quantised {
  std::vector<int32_t> words;  // four int8 each
  std::vector<float> scales;   // [block][group][tokens in block]
  std::vector<int32_t> sums;   // of a group's int8 values

  void resize(int64_t tokens, int columns, int groups) {
    words.resize(tokens * (columns / 4));
    scales.resize(tokens * groups);
    sums.resize(tokens * groups);
  }

  // Token `at` of the block that begins at token `first` and holds `size`.
  void set(const float* x, int64_t first, int size, int at, const Matrix& w) {
    const int per_group = w.group / 4, groups = w.groups();
    int32_t* word = words.data() + first * (w.columns / 4) + at;
    float* scale = scales.data() + first * groups + at;
    int32_t* sum = sums.data() + first * groups + at;
    alignas(64) int32_t q[32];
    for (int g = 0; g < groups; g++) {
      Isa::quantise(x + g * w.group, w.group, reinterpret_cast<int8_t*>(q), scale[g * size], sum[g * size]);
      for (int i = 0; i < per_group; i++) word[(g * per_group + i) * size] = q[i];
    }
  }
};

template <int BITS, int G>
void many_tokens(const Matrix& w, int pair, const Quantised& x, int64_t first, int size, float* out, bool in_order) {
  const uint8_t* weight = w.weight + 2 * pair * w.tile_bytes();
  const uint16_t* scales = w.scales + int64_t(2) * pair * w.groups() * TILE;
  const int32_t* words = x.words.data() + first * (w.columns / 4);
  const float* token_scales = x.scales.data() + first * w.groups();
  const int32_t* sums = x.sums.data() + first * w.groups();
  switch (size) {
#define LECTOR_CASE(N)                                                                                           \
  case N:                                                                                                        \
    return Isa::template many<BITS, G, N>(weight, w.tile_bytes(), scales, w.groups(), words, token_scales, sums, out, \
                                          in_order);
    LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4) LECTOR_CASE(5) LECTOR_CASE(6)
#undef LECTOR_CASE
  }
}

// out[tokens][PAIR]: the rows of two tiles for the tokens of one block. `in_order`: as the weights lie in memory.
void many(const Matrix& w, int pair, const Quantised& x, int64_t first, int size, float* out, bool in_order) {
#define LECTOR_CASE(B, G) \
  if (w.bits == B && w.group == G) return many_tokens<B, G>(w, pair, x, first, size, out, in_order);
  LECTOR_CASE(4, 32) LECTOR_CASE(4, 64) LECTOR_CASE(4, 128) LECTOR_CASE(8, 32) LECTOR_CASE(8, 64) LECTOR_CASE(8, 128)
#undef LECTOR_CASE
}

// The same memory for every call of a thread: a fresh megabyte costs more than what is done with it.
struct Scratch {
  Quantised quantised;
  std::vector<float> act, rows;
  std::vector<int> order, start, active, block_first, block_size;
};

Scratch& scratch() {
  static thread_local Scratch mine;
  return mine;
}

float from_bf16(uint16_t x) { return std::bit_cast<float>(uint32_t(x) << 16); }

uint16_t to_bf16(float x) {  // to the nearest, ties to even
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  return x == x ? uint16_t((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) : uint16_t(0x7FC0);
}

// Row `token` of x in fp32, filled up with zeros to `columns`; in `room` unless it lies there already.
const float* row_of(const Tokens& x, int64_t token, int columns, float* room) {
  if (!x.is_bf16 && x.width == columns) return static_cast<const float*>(x.first) + token * columns;
  if (x.is_bf16) {
    const uint16_t* from = static_cast<const uint16_t*>(x.first) + token * x.width;
    for (int i = 0; i < x.width; i++) room[i] = from_bf16(from[i]);
  } else {
    std::copy_n(static_cast<const float*>(x.first) + token * x.width, x.width, room);
  }
  std::fill(room + x.width, room + columns, 0.f);
  return room;
}

// The 32 numbers that a pair of tiles made for a token, finished and stored.
void store(float* made, int pair, const Finish& finish, const Tokens& out, int64_t token) {
  const int first = pair * PAIR, count = std::min(PAIR, out.width - first);
  if (finish.bias)
    for (int i = 0; i < count; i++) made[i] += finish.bias[first + i];
  if (finish.is_quick_gelu) {
    alignas(64) float times[PAIR], share[TILE];
    for (int i = 0; i < PAIR; i++) times[i] = 1.702f * made[i];
    for (float& each : share) each = 1.f / 1.702f;
    for (int tile = 0; tile < PAIR; tile += TILE) Isa::swiglu(times + tile, share, made + tile);
  }
  if (out.is_bf16) {
    uint16_t* to = static_cast<uint16_t*>(out.first) + token * out.width + first;
    for (int i = 0; i < count; i++) to[i] = to_bf16(made[i]);
  } else {
    for (int i = 0; i < count; i++) static_cast<float*>(out.first)[token * out.width + first + i] = made[i];
  }
}

void linear(const Tokens& x, int tokens, const Matrix& w, const Finish& finish, const Tokens& out, int threads) {
  Quantised& q = scratch().quantised;
  const int pairs = (out.width + PAIR - 1) / PAIR;
  q.resize(tokens, w.columns, w.groups());
#pragma omp parallel num_threads(threads)
  {
    std::vector<float> room(x.is_bf16 || x.width < w.columns ? w.columns : 0);
    alignas(64) float made[BLOCK * PAIR];
#pragma omp for schedule(static)
    for (int t = 0; t < tokens; t++) {
      const int first = t / BLOCK * BLOCK;
      q.set(row_of(x, t, w.columns, room.data()), first, std::min(BLOCK, tokens - first), t - first, w);
    }
#pragma omp for schedule(static)
    for (int pair = 0; pair < pairs; pair++)
      for (int first = 0; first < tokens; first += BLOCK) {
        const int size = std::min(BLOCK, tokens - first);
        many(w, pair, q, first, size, made, tokens <= FEW);
        for (int i = 0; i < size; i++) store(made + i * PAIR, pair, finish, out, first + i);
      }
  }
}

void linear(const float* x, int tokens, const Matrix& w, float* out, int threads) {
  linear({const_cast<float*>(x), false, w.columns}, tokens, w, {}, {out, false, w.rows}, threads);
}

Matrix of_expert(const Matrix& first, int expert) {
  Matrix w = first;
  w.weight += expert * (w.rows / TILE) * w.tile_bytes();
  w.scales += int64_t(expert) * w.rows * w.groups();
  return w;
}

// Tokens of one expert lie side by side: `order[p]` is the choice (token * top_k + k) at place p, an expert's places
// are start[expert] .. start[expert + 1], cut into blocks. Choices of the same token never meet in one expert.
void sort_by_expert(Scratch& s, const int64_t* indices, int choices, int experts) {
  s.start.assign(experts + 1, 0);
  for (int i = 0; i < choices; i++) s.start[indices[i] + 1]++;
  for (int e = 0; e < experts; e++) s.start[e + 1] += s.start[e];
  s.order.resize(choices);
  s.active.assign(s.start.begin(), s.start.end() - 1);
  for (int i = 0; i < choices; i++) s.order[s.active[indices[i]]++] = i;
  s.active.clear();
  s.block_first.resize(choices);
  s.block_size.resize(choices);
  for (int e = 0; e < experts; e++) {
    if (s.start[e] < s.start[e + 1]) s.active.push_back(e);
    for (int p = s.start[e]; p < s.start[e + 1]; p++) {
      s.block_first[p] = s.start[e] + (p - s.start[e]) / BLOCK * BLOCK;
      s.block_size[p] = std::min(BLOCK, s.start[e + 1] - s.block_first[p]);
    }
  }
}

void experts(const float* x, int tokens, const float* weights, const int64_t* indices, int top_k, const Experts& e,
             float* out, int threads) {
  Scratch& s = scratch();
  const int hidden = e.down.rows, columns = e.gate_up.columns, width = e.gate_up.rows / 2, choices = tokens * top_k;
  const int inner = e.down.columns;  // width, filled up to whole groups
  sort_by_expert(s, indices, choices, e.count);
  s.act.assign(int64_t(choices) * inner, 0.f);
  s.rows.resize(int64_t(choices) * hidden);
  s.quantised.resize(choices, std::max(columns, inner), std::max(e.gate_up.groups(), e.down.groups()));
  Quantised& q = s.quantised;
  float *act = s.act.data(), *rows = s.rows.data();
  const int *order = s.order.data(), *start = s.start.data(), *active = s.active.data();
  const int *block_first = s.block_first.data(), *block_size = s.block_size.data();
  const int experts_here = int(s.active.size()), pairs = width / TILE, down_pairs = hidden / PAIR;

  // One pass over a stack: prepare each place's input, then every pair of tiles of every expert for its places.
  auto prepare = [&](const float* from, int64_t stride, bool by_token, const Matrix& w, int p) {
    const float* row = from + (by_token ? order[p] / top_k : p) * stride;
    q.set(row, block_first[p], block_size[p], p - block_first[p], w);
  };
  auto multiply = [&](const Matrix& stack, int expert, int pair, auto&& take) {
    const Matrix w = of_expert(stack, expert);
    alignas(64) float made[BLOCK * PAIR];
    for (int p = start[expert]; p < start[expert + 1];) {
      const int size = block_size[p];
      many(w, pair, q, p, size, made, tokens <= FEW);
      for (int i = 0; i < size; i++) take(p + i, made + i * PAIR);
      p += size;
    }
  };

#pragma omp parallel num_threads(threads)
  {
#pragma omp for schedule(static)
    for (int p = 0; p < choices; p++) prepare(x, columns, true, e.gate_up, p);
    // Guided: long runs of weights are read fastest, and a thread that is slower leaves some to the others.
#pragma omp for schedule(guided, 4)
    for (int item = 0; item < experts_here * pairs; item++) {
      const int pair = item % pairs;
      multiply(e.gate_up, active[item / pairs], pair, [&](int p, const float* gate_up) {
        Isa::swiglu(gate_up, gate_up + TILE, act + int64_t(p) * inner + pair * TILE);
      });
    }
#pragma omp for schedule(static)
    for (int p = 0; p < choices; p++) prepare(act, inner, false, e.down, p);
#pragma omp for schedule(guided, 4)
    for (int item = 0; item < experts_here * down_pairs; item++) {
      const int pair = item % down_pairs;
      multiply(e.down, active[item / down_pairs], pair, [&](int p, const float* made) {
        float* row = rows + int64_t(order[p]) * hidden + pair * PAIR;
        for (int i = 0; i < PAIR; i++) row[i] = made[i];
      });
    }
#pragma omp for schedule(static)
    for (int t = 0; t < tokens; t++) {
      float* to = out + int64_t(t) * hidden;
      for (int i = 0; i < hidden; i++) to[i] = 0.f;
      for (int k = 0; k < top_k; k++) {
        const float weight = weights[t * top_k + k];
        const float* from = rows + (int64_t(t) * top_k + k) * hidden;
        for (int i = 0; i < hidden; i++) to[i] += weight * from[i];
      }
    }
  }
}
