package dev.clipstream.clip.onnx;

import java.util.Optional;
import java.util.Set;

/// The text side of a graph, as the graph declares it.
///
/// @param ids       name of the input of token ids
/// @param wide      whether ids (and mask) are 64-bit integers; otherwise 32-bit
/// @param mask      name of the attention mask's input, if the graph has one
/// @param types     name of the token types' input, always 0, if the graph has one
/// @param batch     texts of a run, -1 if free
/// @param length    tokens of a text, -1 if free
/// @param output    name of the output that holds the vectors
/// @param dimension of the vectors, -1 if the graph does not declare it
/// @param others    the image side's input that the same graph requires; empty for a graph of its own
public record TextGraph(
        String ids,
        boolean wide,
        Optional<String> mask,
        Optional<String> types,
        int batch,
        int length,
        String output,
        int dimension,
        Set<String> others) {}
