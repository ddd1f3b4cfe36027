from django.urls import URLPattern

app_name = "elders"
urlpatterns: list[URLPattern] = []
