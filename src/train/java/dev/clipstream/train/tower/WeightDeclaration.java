package dev.clipstream.train.tower;

import dev.clipstream.train.tower.Weights.Role;
import dev.clipstream.train.tower.Weights.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Runs a tower on shapes instead of values, and records which weights it uses and how they are initialized.
///
/// Single use, confined to one thread.
public final class WeightDeclaration implements Operators<List<Integer>> {
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final List<Start> starts = new ArrayList<>();
    private int size;

    /// Draws the initial values of a weight.
    private interface Start {
        float draw(RandomGenerator random);
    }

    /// Returns the weights declared so far.
    public Weights weights() {
        return new Weights(weights);
    }

    /// Returns the initial values of all [#weights()].
    public float[] start(RandomGenerator random) {
        float[] values = new float[size];
        int at = 0;
        for (Weight weight : weights.values()) {
            for (int i = 0; i < weight.size(); i++) {
                values[weight.offset() + i] = starts.get(at).draw(random);
            }
            at++;
        }
        return values;
    }

    /// Declares a scalar, such as the temperature.
    public void number(String name, double start) {
        declare(name, Role.PLAIN, constant(start));
    }

    private void declare(String name, Role role, Start start, Integer... shape) {
        Weight weight = new Weight(name, role, List.of(shape), size);
        if (weights.putIfAbsent(name, weight) != null) {
            throw new IllegalArgumentException("Expected one weight of each name, found a second " + name);
        }
        starts.add(start);
        size += weight.size();
    }

    private static Start constant(double value) {
        return random -> (float) value;
    }

    private static Start normal(double deviation) {
        return random -> (float) (random.nextGaussian() * deviation);
    }

    private static List<Integer> replaceLast(List<Integer> shape, int width) {
        List<Integer> replaced = new ArrayList<>(shape);
        replaced.set(shape.size() - 1, width);
        return List.copyOf(replaced);
    }

    @Override
    public List<Integer> convolution(List<Integer> pictures, String name, int channels, int kernel, int stride) {
        int from = pictures.get(1);
        double fan = (double) from * kernel * kernel;
        declare(name + ".kernel", Role.MATRIX, normal(Math.sqrt(2 / fan)), channels, from, kernel, kernel);
        declare(name + ".gain", Role.PLAIN, constant(1), channels);
        declare(name + ".bias", Role.PLAIN, constant(0), channels);
        declare(name + ".mean", Role.STATISTIC, constant(0), channels);
        declare(name + ".variance", Role.STATISTIC, constant(1), channels);
        return List.of(
                pictures.get(0), channels, (pictures.get(2) - 1) / stride + 1, (pictures.get(3) - 1) / stride + 1);
    }

    @Override
    public List<Integer> patches(List<Integer> pictures, String name, int side, int width) {
        double fan = 3.0 * side * side;
        declare(name + ".kernel", Role.MATRIX, normal(1 / Math.sqrt(fan)), width, pictures.get(1), side, side);
        declare(name + ".bias", Role.PLAIN, constant(0), width);
        return List.of(pictures.get(0), (pictures.get(2) / side) * (pictures.get(3) / side), width);
    }

    @Override
    public List<Integer> relu(List<Integer> value) {
        return value;
    }

    @Override
    public List<Integer> gelu(List<Integer> value) {
        return value;
    }

    @Override
    public List<Integer> add(List<Integer> one, List<Integer> other) {
        if (!one.equals(other)) {
            throw new IllegalArgumentException("Expected two values of the same shape, found " + one + " and " + other);
        }
        return one;
    }

    @Override
    public List<Integer> meanOfPixels(List<Integer> pictures) {
        return pictures.subList(0, 2);
    }

    @Override
    public List<Integer> meanOfTokens(List<Integer> tokens) {
        return List.of(tokens.get(0), tokens.get(2));
    }

    @Override
    public List<Integer> linear(List<Integer> value, String name, int width, double gain) {
        int from = value.getLast();
        declare(name + ".matrix", Role.MATRIX, normal(gain / Math.sqrt(from)), from, width);
        declare(name + ".bias", Role.PLAIN, constant(0), width);
        return replaceLast(value, width);
    }

    @Override
    public List<Integer> layerNorm(List<Integer> value, String name) {
        declare(name + ".gain", Role.PLAIN, constant(1), value.getLast());
        declare(name + ".bias", Role.PLAIN, constant(0), value.getLast());
        return value;
    }

    @Override
    public List<Integer> embedding(List<Integer> ids, String name, int count, int width, double deviation) {
        declare(name + ".vectors", Role.PLAIN, normal(deviation), count, width);
        return List.of(ids.get(0), ids.get(1), width);
    }

    @Override
    public List<Integer> positions(List<Integer> tokens, String name, int length) {
        declare(name + ".vectors", Role.PLAIN, normal(0.1), length, tokens.getLast());
        return tokens;
    }

    @Override
    public List<Integer> attention(List<Integer> qkv, Filling<List<Integer>> filling, int heads, int width) {
        return replaceLast(qkv, heads * width);
    }

    @Override
    public List<Integer> first(List<Integer> tokens) {
        return meanOfTokens(tokens);
    }

    @Override
    public List<Integer> meanOfKnown(List<Integer> tokens, Filling<List<Integer>> filling) {
        return meanOfTokens(tokens);
    }
}
