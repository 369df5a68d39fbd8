package dev.clipstream.clip.onnx;

import java.util.Optional;
import java.util.Set;

/// The text side of a graph, as the graph itself says.
///
/// @param ids       name of the input of token ids
/// @param wide      whether ids (and mask) are 64-bit integers; otherwise 32-bit
/// @param mask      name of the attention mask's input, if the graph asks for one
/// @param types     name of the token types' input, always 0, if the graph asks for one
/// @param batch     texts of a run, -1: any
/// @param length    tokens of a text, -1: any
/// @param output    name of the output that holds the vectors
/// @param dimension of the vectors, -1: the graph does not say
/// @param others    the image side's input that the same graph insists on; empty for a graph of its own
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
