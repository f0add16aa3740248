// Attention of one token over a long cache. Tokens are cut into chunks, so that every thread has work however few heads
// there are; each chunk brings its largest score, its sum and its weighted values, which are joined at the end (the
// running softmax of FlashDecoding). Int8 is turned into bf16 on the way; its scales go to scores and shares. What is
// done to STEP tokens stands in a file of each instruction set (`LECTOR_STEPS`).

constexpr int CHUNK = 128;  // tokens
constexpr int STEP = 16;    // tokens whose scores are made together

// A token's keys or values, heads side by side, for `attend` to find.
void put(const float* x, void* to, float* scales, int64_t row, int kv_heads, int size) {
  const int width = kv_heads * size;
  if (!scales) return Isa::to_bf16(x, width, static_cast<uint16_t*>(to) + row * width);
  int32_t sum;
  for (int head = 0; head < kv_heads; head++)
    Isa::quantise(x + head * size, size, static_cast<int8_t*>(to) + row * width + head * size,
                  scales[row * kv_heads + head], sum);
}

// Keys or values of a sequence.
struct Side {
  const void* first;
  const float* scales;
  int kv_heads, size;

  const char* place(int64_t row, int head) const {
    return static_cast<const char*>(first) + (row * kv_heads + head) * size * (scales ? 1 : 2);
  }
};

// A few tokens' keys or values of one head, in bf16.
struct HeadRows {
  const uint16_t* at[STEP];
  float scales[STEP];                           // of int8
  alignas(64) uint16_t room[STEP * MOST_SIZE];  // for what int8 becomes

  // The rows of tokens t.. of a chunk of `count`; places behind the last repeat it.
  void find(const Side& from, const int64_t* rows, int t, int count, int head) {
    for (int i = 0; i < STEP; i++) {
      const int64_t row = rows[std::min(t + i, count - 1)];
      at[i] = reinterpret_cast<const uint16_t*>(from.place(row, head));
      if (!from.scales) continue;
      Isa::widen(reinterpret_cast<const int8_t*>(at[i]), from.size, room + i * from.size);
      at[i] = room + i * from.size;
      scales[i] = from.scales[row * from.kv_heads + head];
    }
  }
};

#include LECTOR_STEPS

// All heads over `count` tokens from `first` on, a step's keys of all heads before the next step's: so memory is read
// in the order in which it lies. To `out`, for each head: size values, sum, largest score.
template <int SHARING>
void attend_chunk(const uint16_t* q, const Paged& p, int64_t first, int count, int kv_heads, int size, float* out) {
  static thread_local std::vector<float> scratch;  // [heads][CHUNK]
  static thread_local std::vector<Query> room;
  const int heads = kv_heads * SHARING, stride = size + 2, of_kv_head = SHARING * CHUNK;
  scratch.resize(heads * CHUNK);
  float* scores = scratch.data();
  const Query* query = queries_of(q, heads * size, room);
  int64_t rows[CHUNK];
  for (int t = 0; t < count; t++) rows[t] = p.row(first + t);
  const Side keys = {p.keys, p.key_scales, kv_heads, size}, values = {p.values, p.value_scales, kv_heads, size};
  HeadRows found;
  stream(keys, rows, count);
  for (int t = 0; t < count; t += STEP)
    for (int head = 0; head < kv_heads; head++) {
      found.find(keys, rows, t, count, head);
      score_step<SHARING>(query + head * SHARING * size, found, size, keys.scales, scores + head * of_kv_head + t);
    }
  for (int head = 0; head < heads; head++) {
    float* to = out + head * stride;
    share_out(scores + head * CHUNK, count, to[size], to[size + 1]);
    std::fill(to, to + size, 0.f);
  }
  stream(values, rows, count);
  for (int t = 0; t < count; t += STEP)
    for (int head = 0; head < kv_heads; head++) {
      found.find(values, rows, t, count, head);
      weigh_step<SHARING>(scores + head * of_kv_head + t, found, size, values.scales, out + head * SHARING * stride,
                          stride);
    }
  for (int head = 0; head < heads; head++) put_in_order(out + head * stride, size);
}

void attend(const uint16_t* q, int heads, int kv_heads, int size, const Paged& p, float* out, int threads) {
  static thread_local std::vector<float> scratch;
  const int sharing = heads / kv_heads, chunks = int((p.length + CHUNK - 1) / CHUNK);
  const int64_t part = int64_t(heads) * (size + 2);
  scratch.resize(chunks * part);
  float* parts = scratch.data();
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (int chunk = 0; chunk < chunks; chunk++) {
    const int64_t first = int64_t(chunk) * CHUNK;
    const int count = int(std::min<int64_t>(CHUNK, p.length - first));
    switch (sharing) {
#define LECTOR_CASE(N)                                                         \
  case N:                                                                      \
    attend_chunk<N>(q, p, first, count, kv_heads, size, parts + chunk * part); \
    break;
      LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4)
      LECTOR_CASE(5) LECTOR_CASE(6) LECTOR_CASE(7) LECTOR_CASE(8)
#undef LECTOR_CASE
    }
  }
#pragma omp parallel for num_threads(threads) schedule(static) if (chunks > 8)
  for (int head = 0; head < heads; head++) {
    const float* mine = parts + int64_t(head) * (size + 2);
    float largest = -INFINITY, sum = 0.f, *to = out + int64_t(head) * size;
    for (int c = 0; c < chunks; c++) largest = std::max(largest, mine[c * part + size + 1]);
    for (int i = 0; i < size; i++) to[i] = 0.f;
    for (int c = 0; c < chunks; c++) {
      const float share = std::exp(mine[c * part + size + 1] - largest);
      sum += share * mine[c * part + size];
      for (int i = 0; i < size; i++) to[i] += share * mine[c * part + i];
    }
    for (int i = 0; i < size; i++) to[i] /= sum;
  }
}
