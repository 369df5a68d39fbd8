package dev.clipstream.clip.prologue;

/// Numbers of fields and values in ONNX's protocol buffers (`onnx.proto`), as far as they are read or written here.
final class Onnx {
    static final int MODEL_FORMAT = 1;
    static final int MODEL_GRAPH = 7;
    static final int MODEL_OPERATORS = 8;

    static final int OPERATORS_DOMAIN = 1;
    static final int OPERATORS_VERSION = 2;

    static final int GRAPH_NODE = 1;
    static final int GRAPH_NAME = 2;
    static final int GRAPH_INITIALIZER = 5;
    static final int GRAPH_INPUT = 11;
    static final int GRAPH_OUTPUT = 12;

    static final int NODE_INPUT = 1;
    static final int NODE_OUTPUT = 2;
    static final int NODE_NAME = 3;
    static final int NODE_OPERATOR = 4;
    static final int NODE_ATTRIBUTE = 5;

    static final int ATTRIBUTE_NAME = 1;
    static final int ATTRIBUTE_INTEGER = 3;
    static final int ATTRIBUTE_TENSOR = 5;
    static final int ATTRIBUTE_INTEGERS = 8;
    static final int ATTRIBUTE_TYPE = 20;
    static final int ATTRIBUTE_IS_INTEGER = 2;
    static final int ATTRIBUTE_IS_TENSOR = 4;
    static final int ATTRIBUTE_IS_INTEGERS = 7;

    static final int TENSOR_DIMENSION = 1;
    static final int TENSOR_TYPE = 2;
    static final int TENSOR_NAME = 8;
    static final int TENSOR_RAW_DATA = 9;
    static final int TENSOR_EXTERNAL_DATA = 13;
    static final int TENSOR_DATA_LOCATION = 14;
    static final int TENSOR_IS_EXTERNAL = 1;

    static final int ENTRY_KEY = 1;
    static final int ENTRY_VALUE = 2;

    static final int VALUE_NAME = 1;
    static final int VALUE_TYPE = 2;
    static final int TYPE_TENSOR = 1;
    static final int TENSOR_TYPE_ELEMENT = 1;
    static final int TENSOR_TYPE_SHAPE = 2;
    static final int SHAPE_DIMENSION = 1;
    static final int DIMENSION_VALUE = 1;
    static final int DIMENSION_NAME = 2;

    /// Element types of tensors.
    static final int FLOAT = 1;

    static final int UINT8 = 2;
    static final int INT32 = 6;
    static final int FLOAT16 = 10;

    private Onnx() {}
}
