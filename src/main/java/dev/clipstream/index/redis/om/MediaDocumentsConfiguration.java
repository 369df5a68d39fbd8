package dev.clipstream.index.redis.om;

import com.redis.om.spring.RedisModulesConfiguration;
import com.redis.om.spring.annotations.EnableRedisEnhancedRepositories;
import com.redis.om.spring.search.stream.EntityStream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/// Imports [MediaDocuments] and [FilteredMedia] into an application that has the beans [MediaIndexNames] (named
/// `mediaIndexNames`) and
/// `RedisStandaloneConfiguration`, and a `JedisClientConfiguration` for TLS, time-outs and pool. A server that is away
/// does not stop the start.
@Configuration(proxyBeanMethods = false)
@Import(RedisModulesConfiguration.class)
@EnableRedisEnhancedRepositories(basePackageClasses = MediaDocuments.class)
public class MediaDocumentsConfiguration {

    /// The library's own one lets its pipelines fail under this version of Spring Data.
    @Bean
    JedisConnectionFactory jedisConnectionFactory(
            RedisStandaloneConfiguration server, JedisClientConfiguration client) {
        JedisConnectionFactory factory = new JedisConnectionFactory(server, client);
        factory.setUseUnifiedJedis(false);
        return factory;
    }

    @Bean
    FilteredMedia filteredMedia(EntityStream media) {
        return new FilteredMedia(media);
    }
}
