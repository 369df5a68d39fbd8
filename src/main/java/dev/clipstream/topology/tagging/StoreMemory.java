package dev.clipstream.topology.tagging;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/// Limits the native memory of the stores. By the defaults of Kafka Streams, a store may take 98 MiB, and each
/// partition has two. A scan reads each block once, so a large cache does not help it.
///
/// The property `rocksdb.config.setter` names this class. Kafka Streams creates one instance for each store.
public final class StoreMemory implements RocksDBConfigSetter {
    private static final long CACHE_BYTES = 4L << 20;
    private static final long WRITE_BUFFER_BYTES = 4L << 20;
    private static final int WRITE_BUFFERS = 2;

    private @Nullable Cache cache;

    /// Called by Kafka Streams.
    public StoreMemory() {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Cache own = new LRUCache(CACHE_BYTES);
        cache = own;
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(own);
        options.setTableFormatConfig(table);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    }

    @Override
    public void close(String storeName, Options options) {
        if (cache != null) {
            cache.close();
        }
    }
}
