// Scores of queries with keys, for `flash.h`, of one of two kinds. A prompt's are made in bf16. Those of a frame of a
// picture are made in int8, a scale for each row, which halves their cost: patches are many, all see all others, and
// their softmax forgives it (SageAttention, arXiv 2410.02367). Taking the same row away from all keys takes the same
// number from all scores of a query, which changes no softmax; so keys, once turned, are rounded without their mean.

constexpr int KEYS = 64;        // side by side in four vectors
constexpr int KEY_BLOCK = 512;  // between two corrections of the running softmax

int64_t padded_length(const Many& m) { return (m.length + KEYS - 1) / KEYS * KEYS; }

// A head's queries: rows of numbers that lie `stride` apart, and what scores are multiplied with (null: 1).
template <class Number>
struct QueryRows {
  const Number* first;
  int64_t stride;
  const float* scales;
  int scale_stride;

  QueryRows from(int64_t t) const {
    return {first + t * stride, stride, scales ? scales + t * scale_stride : nullptr, scale_stride};
  }
  float scale(int n) const { return scales ? scales[n * scale_stride] : 1.f; }
};

// A head's keys, `length` filled up to whole KEYS with zeros: [length / 64][words of four bytes][64].
template <class Number>
struct PackedKeys {
  const Number* numbers;
  const float* scales;    // [length] of int8, else null
  const int32_t* shifts;  // [length] of int8: makes good that queries are 128 too large
};

// What sums of integers are kept in. GCC 12 writes them to memory at every step where they are __m512i, which has other
// lanes, or where a loop over them is not unrolled.
using Ints = int32_t __attribute__((vector_size(64)));

// KEYS rows, `stride` numbers of two bytes apart, to their places: four bytes of each side by side, then the next four.
// Rows from `count` on are zeros.
inline void place_keys(const void* rows, int stride, int count, int words, int32_t* keys) {
  const __m512i lanes = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), _mm512_set1_epi32(stride));
  for (int t = 0; t < KEYS; t += 16) {
    const int left = count - t;
    const __mmask16 here = left >= 16 ? 0xFFFF : left > 0 ? __mmask16((1u << left) - 1) : 0;
    const char* first = static_cast<const char*>(rows) + int64_t(2) * t * stride;
    for (int w = 0; w < words; w++)
      _mm512_storeu_si512(keys + w * KEYS + t,
                          _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), here, lanes, first + 4 * w, 2));
  }
}

// The numbers of a call, in memory that its thread keeps for the next one.
struct Bf16Scores {
  using Number = uint16_t;
  static constexpr bool IS_INT8 = false;

  std::vector<Number> keys;

  void resize(const Many& m) { keys.resize(m.kv_heads * padded_length(m) * m.size); }

  // KEYS of a head's from token t on.
  void pack_keys(const Many& m, int head, int64_t t) {
    Number* to = keys.data() + (head * padded_length(m) + t) * m.size;
    place_keys(m.k.first + t * m.k.stride + head * m.size, int(m.k.stride), int(std::min<int64_t>(KEYS, m.length - t)),
               m.size / 2, reinterpret_cast<int32_t*>(to));
  }

  PackedKeys<Number> keys_of(const Many& m, int head) const {
    return {keys.data() + head * padded_length(m) * m.size, nullptr, nullptr};
  }

  QueryRows<Number> queries_of(const Many& m, int head) const {
    return {m.q.first + head * m.size, m.q.stride, nullptr, 0};
  }

  // scores[N][KEY_BLOCK] of N queries and the first `count` keys behind key `at`, in steps of KEYS.
  template <int N>
  static void score(const QueryRows<Number>& q, const PackedKeys<Number>& k, int64_t at, int count, int size,
                    float (*scores)[KEY_BLOCK]) {
    const Number* keys = k.numbers + at * size;
    for (int first = 0; first < count; first += KEYS) {
      __m512 sums[N][4];
      for (int n = 0; n < N; n++)
        for (int i = 0; i < 4; i++) sums[n][i] = _mm512_setzero_ps();
      for (int p = 0; p < size / 2; p++, keys += 2 * KEYS) {
        __m512bh key[4];
        for (int i = 0; i < 4; i++) key[i] = (__m512bh)_mm512_loadu_si512(keys + 32 * i);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512bh query = (__m512bh)Isa::word(q.first + n * q.stride + 2 * p);
          for (int i = 0; i < 4; i++) sums[n][i] = _mm512_dpbf16_ps(sums[n][i], query, key[i]);
        }
      }
      for (int n = 0; n < N; n++)
        for (int i = 0; i < 4; i++) _mm512_storeu_ps(scores[n] + first + 16 * i, sums[n][i]);
    }
  }
};

struct Int8Scores {
  using Number = uint8_t;  // queries 128 too large, keys as int8
  static constexpr bool IS_INT8 = true;

  std::vector<Number> keys, queries;
  std::vector<float> key_scales, query_scales, means;
  std::vector<int32_t> shifts;

  void resize(const Many& m) {
    const int64_t of_keys = m.kv_heads * padded_length(m), of_queries = m.heads * m.queries;
    keys.resize(of_keys * m.size), queries.resize(of_queries * m.size);
    key_scales.resize(of_keys), query_scales.resize(of_queries);
    means.resize(m.kv_heads * m.size), shifts.resize(of_keys);
  }

  // A row of one head, its halves turned by the angles of token t.
  static void turn(const Rows& rows, const Many& m, int64_t t, int head, float* out) {
    const int half = m.size / 2;
    const uint16_t* x = rows.first + t * rows.stride + head * m.size;
    const float *cos = m.cos + t * half, *sin = m.sin + t * half;
    for (int i = 0; i < half; i++) {
      const float first = from_bf16(x[i]), second = from_bf16(x[i + half]);
      out[i] = first * cos[i] - second * sin[i];
      out[i + half] = second * cos[i] + first * sin[i];
    }
  }

  void find_mean(const Many& m, int head) {
    alignas(64) float row[MOST_SIZE];
    float* mean = means.data() + head * m.size;
    std::fill(mean, mean + m.size, 0.f);
    for (int64_t t = 0; t < m.length; t++) {
      turn(m.k, m, t, head, row);
      for (int i = 0; i < m.size; i++) mean[i] += row[i];
    }
    for (int i = 0; i < m.size; i++) mean[i] /= float(m.length);
  }

  // KEYS of a head's from token t on, once its mean is there.
  void pack_keys(const Many& m, int head, int64_t t) {
    alignas(64) float row[MOST_SIZE];
    alignas(64) int8_t rows[KEYS * MOST_SIZE];
    const int64_t at = head * padded_length(m) + t;
    const int count = int(std::min<int64_t>(KEYS, m.length - t));
    const float* mean = means.data() + head * m.size;
    float* scale = key_scales.data() + at;
    int32_t* shift = shifts.data() + at;
    std::fill(scale, scale + KEYS, 0.f);
    std::fill(shift, shift + KEYS, 0);
    for (int n = 0; n < count; n++) {
      turn(m.k, m, t + n, head, row);
      for (int i = 0; i < m.size; i++) row[i] -= mean[i];
      Isa::quantise(row, m.size, rows + n * m.size, scale[n], shift[n]);
      shift[n] *= -128;
    }
    place_keys(rows, m.size / 2, count, m.size / 4, reinterpret_cast<int32_t*>(keys.data() + at * m.size));
  }

  void pack_query(const Many& m, int head, int64_t t) {
    alignas(64) float row[MOST_SIZE];
    int32_t sum;
    Number* to = queries.data() + (t * m.heads + head) * m.size;
    turn(m.q, m, t, head, row);
    Isa::quantise(row, m.size, reinterpret_cast<int8_t*>(to), query_scales[t * m.heads + head], sum);
    for (int i = 0; i < m.size; i++) to[i] ^= 0x80;
  }

  PackedKeys<Number> keys_of(const Many& m, int head) const {
    const int64_t at = head * padded_length(m);
    return {keys.data() + at * m.size, key_scales.data() + at, shifts.data() + at};
  }

  QueryRows<Number> queries_of(const Many& m, int head) const {
    return {queries.data() + head * m.size, int64_t(m.heads) * m.size, query_scales.data() + head, m.heads};
  }

  // As `Bf16Scores::score`; the queries' scales are still to come.
  template <int N>
  static void score(const QueryRows<Number>& q, const PackedKeys<Number>& k, int64_t at, int count, int size,
                    float (*scores)[KEY_BLOCK]) {
    const Number* keys = k.numbers + at * size;
    for (int first = 0; first < count; first += KEYS) {
      Ints sums[N][4] = {};
      for (int p = 0; p < size / 4; p++, keys += 4 * KEYS) {
        __m512i key[4];
        for (int i = 0; i < 4; i++) key[i] = _mm512_loadu_si512(keys + 64 * i);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512i query = Isa::word(q.first + n * q.stride + 4 * p);
          for (int i = 0; i < 4; i++) sums[n][i] = (Ints)_mm512_dpbusd_epi32((__m512i)sums[n][i], query, key[i]);
        }
      }
#pragma GCC unroll 6
      for (int n = 0; n < N; n++)
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          const int64_t key = at + first + 16 * i;
          const __m512i sum = _mm512_add_epi32((__m512i)sums[n][i], _mm512_loadu_si512(k.shifts + key));
          _mm512_storeu_ps(scores[n] + first + 16 * i,
                           _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(k.scales + key)));
        }
    }
  }
};
