from django.urls import URLPattern

app_name = "api-elders"
urlpatterns: list[URLPattern] = []
