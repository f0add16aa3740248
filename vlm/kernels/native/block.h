// A decoder layer's two halves for few tokens, each a sequence of its own: everything between two reads of the residual
// stream in one call, in fp32.

float sum_of_products(const float* a, const float* b, int size) {
  float lanes[16] = {};
  int i = 0;
  for (; i + 16 <= size; i += 16)
    for (int j = 0; j < 16; j++) lanes[j] += a[i + j] * b[i + j];
  for (; i < size; i++) lanes[0] += a[i] * b[i];
  float sum = 0.f;
  for (int j = 0; j < 16; j++) sum += lanes[j];
  return sum;
}

void rms_norm(const float* x, const Norm& norm, int size, float* out) {
  const float scale = 1.f / std::sqrt(sum_of_products(x, x, size) / size + norm.eps);
  for (int i = 0; i < size; i++) out[i] = x[i] * scale * norm.weight[i];
}

// Turns adjacent pairs.
void rotate(float* x, const float* cos, const float* sin, int size) {
  for (int i = 0; i < size / 2; i++) {
    const float even = x[2 * i], odd = x[2 * i + 1];
    x[2 * i] = even * cos[i] - odd * sin[i];
    x[2 * i + 1] = odd * cos[i] + even * sin[i];
  }
}

struct BlockScratch {
  std::vector<float> normed, made, attended, added, shared, weights;
  std::vector<uint16_t> queries;
  std::vector<int64_t> indices;
};

BlockScratch& block_scratch() {
  static thread_local BlockScratch mine;
  return mine;
}

void attention_block(float* x, int tokens, const AttentionBlock& b, const float* cos, const float* sin,
                     const Paged* places, int threads) {
  BlockScratch& s = block_scratch();
  const int size = b.size, queries = b.heads * size;
  s.normed.assign(int64_t(tokens) * b.qkv.columns, 0.f);
  s.made.resize(int64_t(tokens) * b.qkv.rows);
  s.attended.assign(int64_t(tokens) * b.o.columns, 0.f);
  s.added.resize(int64_t(tokens) * b.o.rows);
  s.queries.resize(queries);
  for (int t = 0; t < tokens; t++)
    rms_norm(x + int64_t(t) * b.hidden, b.norm, b.hidden, s.normed.data() + int64_t(t) * b.qkv.columns);
  linear(s.normed.data(), tokens, b.qkv, s.made.data(), threads);
  for (int t = 0; t < tokens; t++) {
    float* q = s.made.data() + int64_t(t) * b.qkv.rows;
    float *k = q + b.k_row, *v = q + b.v_row;
    const float *c = cos + int64_t(t) * size / 2, *n = sin + int64_t(t) * size / 2;
    for (int head = 0; head < b.heads; head++) rotate(q + head * size, c, n, size);
    for (int head = 0; head < b.kv_heads; head++) rotate(k + head * size, c, n, size);
    const Paged& place = places[t];
    const int64_t row = place.row(place.length);
    put(k, place.keys, place.key_scales, row, b.kv_heads, size);
    put(v, place.values, place.value_scales, row, b.kv_heads, size);
    Isa::to_bf16(q, queries, s.queries.data());
    Paged held = place;
    held.length++;
    attend(s.queries.data(), b.heads, b.kv_heads, size, held, s.attended.data() + int64_t(t) * b.o.columns, threads);
  }
  linear(s.attended.data(), tokens, b.o, s.added.data(), threads);
  for (int t = 0; t < tokens; t++)
    for (int i = 0; i < b.hidden; i++) x[int64_t(t) * b.hidden + i] += s.added[int64_t(t) * b.o.rows + i];
}

// Chooses k experts a token as `vlm.model.moe.Router` does.
void route(const float* x, const Router& r, int hidden, float* weights, int64_t* indices, int threads) {
  std::vector<float> p(r.experts);
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int e = 0; e < r.experts; e++) p[e] = sum_of_products(x, r.weight + int64_t(e) * hidden, hidden);
  const float largest = *std::max_element(p.begin(), p.end());
  float sum = 0.f, chosen = 0.f;
  for (float& value : p) sum += value = std::exp(value - largest);
  for (float& value : p) value /= sum;
  std::vector<char> taken(r.experts, 0);
  for (int k = 0; k < r.top_k; k++) {
    int best = -1;
    for (int e = 0; e < r.experts; e++)
      if (!taken[e] && (best < 0 || p[e] + r.bias[e] > p[best] + r.bias[best])) best = e;
    taken[best] = 1;
    indices[k] = best;
    weights[k] = p[best];
    chosen += p[best];
  }
  for (int k = 0; k < r.top_k; k++) weights[k] /= std::max(chosen, r.least_sum);
}

void mlp_block(float* x, int tokens, const MlpBlock& b, int threads) {
  BlockScratch& s = block_scratch();
  const int columns = b.shared.gate_up.columns, rows = b.shared.down.rows;
  s.normed.assign(int64_t(tokens) * columns, 0.f);
  s.shared.resize(int64_t(tokens) * rows);
  for (int t = 0; t < tokens; t++)
    rms_norm(x + int64_t(t) * b.hidden, b.norm, b.hidden, s.normed.data() + int64_t(t) * columns);
  const int most = std::max(1, b.router.top_k);
  s.weights.assign(int64_t(tokens) * most, 1.f);
  s.indices.assign(int64_t(tokens) * most, 0);
  experts(s.normed.data(), tokens, s.weights.data(), s.indices.data(), 1, b.shared, s.shared.data(), threads);
  if (b.router.experts) {
    s.added.resize(int64_t(tokens) * rows);
    for (int t = 0; t < tokens; t++)
      route(s.normed.data() + int64_t(t) * columns, b.router, b.hidden, s.weights.data() + t * most,
            s.indices.data() + t * most, threads);
    experts(s.normed.data(), tokens, s.weights.data(), s.indices.data(), most, b.routed, s.added.data(), threads);
    for (int64_t i = 0; i < int64_t(tokens) * rows; i++) s.shared[i] += s.added[i];
  }
  for (int t = 0; t < tokens; t++)
    for (int i = 0; i < b.hidden; i++) x[int64_t(t) * b.hidden + i] += s.shared[int64_t(t) * rows + i];
}
