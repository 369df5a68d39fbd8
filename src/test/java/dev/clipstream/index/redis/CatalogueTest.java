package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

    @ParameterizedTest
    @CsvSource({"'',a,false", "a,a,false", "a,b,true", "'a,b','a,b,c',false", "'a,b,c','a,b',false", "'a,b','a,c',true"
    })
    void onlyReplacedServersBeginAGeneration(String before, String now, boolean expected) {
        assertThat(Catalogue.isReplaced(before, now)).isEqualTo(expected);
    }
}
