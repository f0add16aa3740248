// Attention of one token over a long cache. Tokens are cut into chunks, so that every thread has work however few heads
// there are; each chunk brings its largest score, its sum and its weighted values, which are joined at the end (the
// running softmax of FlashDecoding). Int8 is turned into bf16 on the way; its scales go to scores and shares.

constexpr int CHUNK = 128;  // tokens
constexpr int STEP = 16;    // tokens whose scores are one vector

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

// Reads the rows of a chunk in the order in which they lie: the processor sees a stream, and goes ahead of it. Heads are
// then found in its caches.
void stream(const Side& from, const int64_t* rows, int count) {
  const int bytes = from.kv_heads * from.size * (from.scales ? 1 : 2);
  __m512i all = _mm512_setzero_si512();
  for (int t = 0; t < count; t++) {
    const char* row = from.place(rows[t], 0);
    for (int byte = 0; byte + 64 <= bytes; byte += 64) all = _mm512_or_si512(all, _mm512_loadu_si512(row + byte));
  }
  asm volatile("" ::"v"(all));
}

// scores[SHARING][CHUNK] of heads that share keys, for STEP tokens; four tokens at a time share the queries.
template <int SHARING>
void score_step(const uint16_t* q, const HeadRows& keys, int size, bool is_int8, float* scores) {
  alignas(64) __m512 sums[SHARING][STEP];
  for (int t = 0; t < STEP; t += 4) {
    __m512 four[SHARING][4];
    for (int r = 0; r < SHARING; r++)
      for (int j = 0; j < 4; j++) four[r][j] = _mm512_setzero_ps();
    for (int i = 0; i < size; i += 32) {
      __m512bh key[4];
      for (int j = 0; j < 4; j++) key[j] = (__m512bh)_mm512_loadu_si512(keys.at[t + j] + i);
#pragma GCC unroll 8
      for (int r = 0; r < SHARING; r++) {
        const __m512bh query = (__m512bh)_mm512_loadu_si512(q + r * size + i);
        for (int j = 0; j < 4; j++) four[r][j] = _mm512_dpbf16_ps(four[r][j], query, key[j]);
      }
    }
    for (int r = 0; r < SHARING; r++)
      for (int j = 0; j < 4; j++) sums[r][t + j] = four[r][j];
  }
  __m512 times = _mm512_set1_ps(1.f / std::sqrt(float(size)));
  if (is_int8) times = _mm512_mul_ps(times, _mm512_loadu_ps(keys.scales));
  for (int r = 0; r < SHARING; r++) _mm512_storeu_ps(scores + r * CHUNK, _mm512_mul_ps(Isa::sums_of(sums[r]), times));
}

// Scores to shares of the chunk's softmax, filled up with zeros to whole steps; its sum and largest score.
void share_out(float* scores, int count, float& sum, float& largest) {
  const auto here = [&](int t) -> __mmask16 { return count - t >= 16 ? 0xFFFF : (1u << (count - t)) - 1; };
  __m512 most = _mm512_set1_ps(-INFINITY), total = _mm512_setzero_ps();
  for (int t = 0; t < count; t += 16) most = _mm512_mask_max_ps(most, here(t), most, _mm512_loadu_ps(scores + t));
  largest = _mm512_reduce_max_ps(most);
  for (int t = 0; t < count; t += 16) {
    __m512 e = Isa::exp(_mm512_sub_ps(_mm512_loadu_ps(scores + t), _mm512_set1_ps(largest)));
    e = _mm512_maskz_mov_ps(here(t), e);
    total = _mm512_add_ps(total, e);
    _mm512_storeu_ps(scores + t, e);
  }
  sum = _mm512_reduce_add_ps(total);
}

// out[SHARING][stride] += values weighted with shares[SHARING][CHUNK]. Two tokens side by side make one product, which
// leaves numbers in another order: of each eight the first four in `low`.
template <int SHARING>
void weigh_step(const float* shares, const HeadRows& values, int size, bool is_int8, float* out, int stride) {
  alignas(64) uint16_t narrow[SHARING][STEP];
  for (int r = 0; r < SHARING; r++) {
    __m512 mine = _mm512_loadu_ps(shares + r * CHUNK);
    if (is_int8) mine = _mm512_mul_ps(mine, _mm512_loadu_ps(values.scales));
    _mm256_store_si256(reinterpret_cast<__m256i*>(narrow[r]), (__m256i)_mm512_cvtneps_pbh(mine));
  }
  for (int i = 0; i < size; i += 32) {
    __m512 low[SHARING], high[SHARING];
    for (int r = 0; r < SHARING; r++) {
      low[r] = _mm512_loadu_ps(out + r * stride + i);
      high[r] = _mm512_loadu_ps(out + r * stride + i + 16);
    }
#pragma GCC unroll 8
    for (int t = 0; t < STEP; t += 2) {
      const __m512i a = _mm512_loadu_si512(values.at[t] + i), b = _mm512_loadu_si512(values.at[t + 1] + i);
      const __m512bh first = (__m512bh)_mm512_unpacklo_epi16(a, b), second = (__m512bh)_mm512_unpackhi_epi16(a, b);
      for (int r = 0; r < SHARING; r++) {
        const __m512bh share = Isa::two(narrow[r] + t);
        low[r] = _mm512_dpbf16_ps(low[r], share, first);
        high[r] = _mm512_dpbf16_ps(high[r], share, second);
      }
    }
    for (int r = 0; r < SHARING; r++) {
      _mm512_storeu_ps(out + r * stride + i, low[r]);
      _mm512_storeu_ps(out + r * stride + i + 16, high[r]);
    }
  }
}

// What `weigh_step` made, in order.
void put_in_order(float* x, int size) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
  for (int i = 0; i < size; i += 32) {
    const __m512 low = _mm512_loadu_ps(x + i), high = _mm512_loadu_ps(x + i + 16);
    _mm512_storeu_ps(x + i, _mm512_permutex2var_ps(low, first, high));
    _mm512_storeu_ps(x + i + 16, _mm512_permutex2var_ps(low, second, high));
  }
}

// All heads over `count` tokens from `first` on, a step's keys of all heads before the next step's: so memory is read
// in the order in which it lies. To `out`, for each head: size values, sum, largest score.
template <int SHARING>
void attend_chunk(const uint16_t* q, const Paged& p, int64_t first, int count, int kv_heads, int size, float* out) {
  static thread_local std::vector<float> scratch;  // [heads][CHUNK]
  const int heads = kv_heads * SHARING, stride = size + 2, of_kv_head = SHARING * CHUNK;
  scratch.resize(heads * CHUNK);
  float* scores = scratch.data();
  int64_t rows[CHUNK];
  for (int t = 0; t < count; t++) rows[t] = p.row(first + t);
  const Side keys = {p.keys, p.key_scales, kv_heads, size}, values = {p.values, p.value_scales, kv_heads, size};
  HeadRows found;
  stream(keys, rows, count);
  for (int t = 0; t < count; t += STEP)
    for (int head = 0; head < kv_heads; head++) {
      found.find(keys, rows, t, count, head);
      score_step<SHARING>(q + head * SHARING * size, found, size, keys.scales, scores + head * of_kv_head + t);
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
