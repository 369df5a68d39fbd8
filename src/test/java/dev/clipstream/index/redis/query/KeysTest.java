package dev.clipstream.index.redis.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

class KeysTest {

    @Test
    void bothHashesOfAMediumShareASlotForAnyId() {
        Keys keys = new Keys("media:", "n");
        for (String id : List.of("m1", "{a}b", "}{", "a}b{c}", "夏%7B")) {
            assertThat(JedisClusterCRC16.getSlot(keys.aside(id)))
                    .as(id)
                    .isEqualTo(JedisClusterCRC16.getSlot(keys.doc(id)));
        }
        assertThat(keys.doc("{%7B}")).isEqualTo("media:n:doc:%7B%257B%7D");
        assertThat(keys.aside("m1")).doesNotStartWith(keys.docs());
    }
}
