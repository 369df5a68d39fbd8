package dev.clipstream.clip.bundle;

/// Messages of ONNX that may hold tensors or nodes, with the numbers of their fields.
enum OnnxMessage {
    MODEL,
    TRAINING,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE,
    TENSOR,
    EXTERNAL,
    OTHER;

    static final int NODE_INPUT = 1;
    static final int NODE_OPERATOR = 4;
    static final int NODE_DOMAIN = 7;
    static final int FUNCTION_NAME = 1;
    static final int FUNCTION_DOMAIN = 10;
    static final int TENSOR_DIMENSION = 1;
    static final int TENSOR_TYPE = 2;
    static final int TENSOR_NAME = 8;
    static final int EXTERNAL_KEY = 1;
    static final int EXTERNAL_VALUE = 2;

    /// Returns what a field holds; [#OTHER] if it is of no interest.
    OnnxMessage at(int field) {
        return switch (this) {
            case MODEL ->
                switch (field) {
                    case 7 -> GRAPH;
                    case 20 -> TRAINING;
                    case 25 -> FUNCTION;
                    default -> OTHER;
                };
            case TRAINING -> field == 1 || field == 2 ? GRAPH : OTHER;
            case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : OTHER;
            case GRAPH ->
                switch (field) {
                    case 1 -> NODE;
                    case 5 -> TENSOR;
                    case 15 -> SPARSE;
                    default -> OTHER;
                };
            case NODE -> field == 5 ? ATTRIBUTE : OTHER;
            case ATTRIBUTE ->
                switch (field) {
                    case 5, 10 -> TENSOR;
                    case 6, 11 -> GRAPH;
                    case 22, 23 -> SPARSE;
                    default -> OTHER;
                };
            case SPARSE -> field == 1 || field == 2 ? TENSOR : OTHER;
            case TENSOR -> field == 13 ? EXTERNAL : OTHER;
            case EXTERNAL, OTHER -> OTHER;
        };
    }

    /// Returns whether a field is a text that is wanted.
    boolean hasText(int field) {
        return switch (this) {
            case NODE -> field == NODE_INPUT || field == NODE_OPERATOR || field == NODE_DOMAIN;
            case FUNCTION -> field == FUNCTION_NAME || field == FUNCTION_DOMAIN;
            case TENSOR -> field == TENSOR_NAME;
            case EXTERNAL -> field == EXTERNAL_KEY || field == EXTERNAL_VALUE;
            default -> false;
        };
    }
}
