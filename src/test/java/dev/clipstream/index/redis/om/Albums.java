package dev.clipstream.index.redis.om;

import com.redis.om.spring.annotations.EnableRedisDocumentRepositories;
import org.springframework.context.annotation.Configuration;

/// What an application adds for its JSON documents.
@Configuration(proxyBeanMethods = false)
@EnableRedisDocumentRepositories(basePackageClasses = AlbumRepository.class)
class Albums {}
