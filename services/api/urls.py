from django.urls import URLPattern

app_name = "api-services"
urlpatterns: list[URLPattern] = []
