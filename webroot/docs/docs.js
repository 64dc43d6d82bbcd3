// The bundle is a classic script that leaves SwaggerUIBundle behind.
SwaggerUIBundle({ url: '/openapi.yaml', dom_id: '#api', deepLinking: true, persistAuthorization: false });
