// Attention of many tokens in bf16, causal or not: keys in blocks that stay in the second cache, a running softmax, and
// no matrix of scores (FlashAttention-2). A query's row comes out the same to the bit whatever queries stand beside it.

constexpr int QUERIES = 6;       // that share keys in registers
constexpr int QUERY_CHUNK = 96;  // that a thread takes at a time
constexpr int KEYS = 64;         // side by side in four vectors
constexpr int KEY_BLOCK = 512;   // between two corrections of the running softmax
constexpr int VALUE_VECTORS = 5; // of an output row in registers

// Keys and values of one head, in pairs of bf16, as the products want them; `length` filled up to whole KEYS with zeros.
struct PackedHead {
  const uint16_t* keys;    // [length / 64][size / 2][64][2]
  const uint16_t* values;  // [length / 2][size][2]
};

// A row of one head, its halves turned by the angles of token t if there are any.
void turned(const uint16_t* x, const Many& m, int64_t t, uint16_t* out) {
  const int half = m.size / 2;
  if (!m.cos) {
    std::copy_n(x, m.size, out);
    return;
  }
  const float *c = m.cos + t * half, *n = m.sin + t * half;
  for (int i = 0; i < half; i++) {
    const float first = from_bf16(x[i]), second = from_bf16(x[i + half]);
    out[i] = to_bf16(first * c[i] - second * n[i]);
    out[i + half] = to_bf16(second * c[i] + first * n[i]);
  }
}

void pack_head(const Many& m, int head, int64_t padded, uint16_t* keys, uint16_t* values) {
  const int size = m.size, pairs = size / 2;
  uint32_t* to = reinterpret_cast<uint32_t*>(keys);
  alignas(64) uint32_t row[MOST_SIZE / 2];
  for (int64_t t = 0; t < padded; t++) {
    const bool is_there = t < m.length;
    if (is_there)
      turned(m.k.first + t * m.k.stride + head * size, m, t, reinterpret_cast<uint16_t*>(row));
    else
      std::fill(row, row + pairs, 0);
    for (int p = 0; p < pairs; p++) to[(t / KEYS * pairs + p) * KEYS + t % KEYS] = row[p];
    const uint16_t* value = m.v.first + t * m.v.stride + head * size;
    for (int i = 0; i < size; i++) values[(t / 2 * size + i) * 2 + t % 2] = is_there ? value[i] : 0;
  }
}

// scores[N][KEY_BLOCK] of N queries, which lie `stride` apart, and the first `count` keys of a block, in steps of KEYS.
template <int N>
void score(const uint16_t* q, int64_t stride, const uint16_t* keys, int count, int size, float (*scores)[KEY_BLOCK]) {
  const int pairs = size / 2;
  for (int first = 0; first < count; first += KEYS) {
    __m512 sums[N][4];
    for (int n = 0; n < N; n++)
      for (int i = 0; i < 4; i++) sums[n][i] = _mm512_setzero_ps();
    for (int p = 0; p < pairs; p++, keys += 2 * KEYS) {
      __m512bh key[4];
      for (int i = 0; i < 4; i++) key[i] = (__m512bh)_mm512_loadu_si512(keys + 32 * i);
#pragma GCC unroll 6
      for (int n = 0; n < N; n++) {
        const __m512bh query = Isa::two(q + n * stride + 2 * p);
        for (int i = 0; i < 4; i++) sums[n][i] = _mm512_dpbf16_ps(sums[n][i], query, key[i]);
      }
    }
    for (int n = 0; n < N; n++)
      for (int i = 0; i < 4; i++) _mm512_storeu_ps(scores[n] + first + 16 * i, sums[n][i]);
  }
}

// V vectors of N output rows: out * kept + shares values. The first `count` keys count, an even number.
template <int N, int V>
void weigh(const uint16_t (*shares)[KEY_BLOCK], const float* kept, const uint16_t* values, int count, int size,
           float* out) {
  __m512 sums[N][V];
  for (int n = 0; n < N; n++)
    for (int i = 0; i < V; i++)
      sums[n][i] = _mm512_mul_ps(_mm512_loadu_ps(out + n * size + 16 * i), _mm512_set1_ps(kept[n]));
  for (int t = 0; t < count; t += 2, values += 2 * size) {
    __m512bh value[V];
    for (int i = 0; i < V; i++) value[i] = (__m512bh)_mm512_loadu_si512(values + 32 * i);
#pragma GCC unroll 6
    for (int n = 0; n < N; n++) {
      const __m512bh share = Isa::two(shares[n] + t);
      for (int i = 0; i < V; i++) sums[n][i] = _mm512_dpbf16_ps(sums[n][i], share, value[i]);
    }
  }
  for (int n = 0; n < N; n++)
    for (int i = 0; i < V; i++) _mm512_storeu_ps(out + n * size + 16 * i, sums[n][i]);
}

// Scores to shares of a softmax that is still running; returns what earlier output and sum are to be multiplied with.
float soften(const float* scores, int count, int padded, float scale, float& largest, float& sum, uint16_t* shares) {
  __m512 most = _mm512_set1_ps(largest);
  for (int t = 0; t < count; t += 16) {
    const __mmask16 here = count - t >= 16 ? 0xFFFF : __mmask16((1u << (count - t)) - 1);
    most = _mm512_mask_max_ps(most, here, most, _mm512_loadu_ps(scores + t));
  }
  const float before = largest;
  largest = _mm512_reduce_max_ps(most);
  scale *= 1.44269504f;  // powers of two
  const __m512 shift = _mm512_set1_ps(-largest * scale), times = _mm512_set1_ps(scale);
  __m512 total = _mm512_setzero_ps();
  for (int t = 0; t < padded; t += 16) {
    const int left = count - t;
    const __mmask16 here = left >= 16 ? 0xFFFF : left > 0 ? __mmask16((1u << left) - 1) : 0;
    const __m512 e = _mm512_maskz_mov_ps(here, Isa::power_of_two(_mm512_fmadd_ps(_mm512_loadu_ps(scores + t), times, shift)));
    total = _mm512_add_ps(total, e);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(shares + t), (__m256i)_mm512_cvtneps_pbh(e));
  }
  const float kept = before == -INFINITY ? 0.f : std::exp2((before - largest) * scale);
  sum = sum * kept + _mm512_reduce_add_ps(total);
  return kept;
}

// N queries, the first of which sees `seen` keys and each other `step` more than the one before it, against the block
// of keys that begins at `first`.
template <int N>
void meet(const uint16_t* q, int64_t stride, const PackedHead& head, int64_t first, int64_t seen, int step, int size,
          float* out, float* largest, float* sum) {
  alignas(64) float scores[N][KEY_BLOCK];
  alignas(64) uint16_t shares[N][KEY_BLOCK];
  float kept[N];
  const int count = int(std::min<int64_t>(KEY_BLOCK, seen + (N - 1) * step - first));  // of the query that sees most
  const int padded = (count + 15) / 16 * 16;
  score<N>(q, stride, head.keys + first * size, count, size, scores);
  for (int n = 0; n < N; n++) {
    const int mine = int(std::clamp<int64_t>(seen + n * step - first, 0, count));
    kept[n] = mine ? soften(scores[n], mine, padded, 1.f / std::sqrt(float(size)), largest[n], sum[n], shares[n]) : 1.f;
    if (!mine) std::fill(shares[n], shares[n] + padded, 0);
  }
  const uint16_t* values = head.values + first * size;
  const int even = (count + 1) / 2 * 2;
  for (int i = 0; i < size; i += 16 * VALUE_VECTORS) switch (std::min(VALUE_VECTORS, (size - i) / 16)) {
#define LECTOR_CASE(V) \
  case V:              \
    weigh<N, V>(shares, kept, values + 2 * i, even, size, out + i); \
    break;
      LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4) LECTOR_CASE(5)
#undef LECTOR_CASE
    }
}

// One chunk of queries of one head; `seen` keys are seen by the first of them.
void attend_queries(const uint16_t* q, int64_t stride, int queries, const PackedHead& head, int64_t seen, int step,
                    int size, uint16_t* to, int64_t to_stride) {
  alignas(64) float out[QUERY_CHUNK * MOST_SIZE] = {};
  float largest[QUERY_CHUNK], sum[QUERY_CHUNK] = {};
  std::fill(largest, largest + queries, -INFINITY);
  const int64_t most = seen + int64_t(queries - 1) * step;
  for (int64_t first = 0; first < most; first += KEY_BLOCK)
    for (int at = 0; at < queries; at += QUERIES) {
      const int n = std::min(QUERIES, queries - at);
      const int64_t mine = seen + int64_t(at) * step;
      if (mine + int64_t(n - 1) * step <= first) continue;
      switch (n) {
#define LECTOR_CASE(N)                                                                                            \
  case N:                                                                                                         \
    meet<N>(q + at * stride, stride, head, first, mine, step, size, out + at * size, largest + at, sum + at); \
    break;
        LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4) LECTOR_CASE(5) LECTOR_CASE(6)
#undef LECTOR_CASE
      }
    }
  for (int n = 0; n < queries; n++) {
    for (int i = 0; i < size; i++) out[n * size + i] /= sum[n];
    Isa::to_bf16(out + n * size, size, to + n * to_stride);
  }
}

void attend_many(const Many& m, uint16_t* out, int threads) {
  static thread_local std::vector<uint16_t> memory;
  const int64_t padded = (m.length + KEYS - 1) / KEYS * KEYS, of_head = padded * m.size, row = int64_t(m.heads) * m.size;
  memory.resize(2 * m.kv_heads * of_head + (m.cos ? m.queries * row : 0));
  uint16_t *keys = memory.data(), *values = keys + m.kv_heads * of_head, *queries = values + m.kv_heads * of_head;
  const Rows q = m.cos ? Rows{queries, row} : m.q;
  const int chunks = int((m.queries + QUERY_CHUNK - 1) / QUERY_CHUNK), sharing = m.heads / m.kv_heads;
#pragma omp parallel num_threads(threads)
  {
#pragma omp for schedule(dynamic) nowait
    for (int head = 0; head < m.kv_heads; head++)
      pack_head(m, head, padded, keys + head * of_head, values + head * of_head);
#pragma omp for schedule(static)
    for (int64_t t = 0; t < (m.cos ? m.queries : 0); t++)
      for (int head = 0; head < m.heads; head++)
        turned(m.q.first + t * m.q.stride + head * m.size, m, t, queries + t * row + head * m.size);
#pragma omp for schedule(dynamic)
    for (int item = 0; item < m.heads * chunks; item++) {
      const int head = item / chunks, at = item % chunks * QUERY_CHUNK;
      const PackedHead packed = {keys + head / sharing * of_head, values + head / sharing * of_head};
      const int64_t seen = m.is_causal ? m.length - m.queries + at + 1 : m.length;
      attend_queries(q.first + at * q.stride + head * m.size, q.stride, int(std::min<int64_t>(QUERY_CHUNK, m.queries - at)),
                     packed, seen, m.is_causal, m.size, out + at * row + head * m.size, row);
    }
  }
}
